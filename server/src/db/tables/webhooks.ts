export interface WebhookTables {
  webhooks: {
    id: string;
    url: string;
    /** Their names, separated by commas. */
    events: string;
    createdAt: number;
    createdBy: string;
    active: 0 | 1;
    lastAt: number | null;
    /** 1: the last request was answered with 2xx. */
    lastOk: 0 | 1 | null;
    lastDetail: string | null;
  };
  /** What is to be sent, until it was taken; what was given up stays for a while. */
  webhookMessages: {
    /** The message's own id, with the webhook's: one message goes to several. */
    id: string;
    webhookId: string;
    body: string;
    createdAt: number;
    tries: number;
    /** null: given up. */
    nextAt: number | null;
  };
}
