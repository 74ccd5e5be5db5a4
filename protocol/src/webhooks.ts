import { z } from 'zod';
import { Instant } from './identity.ts';

/** What other systems of the operator's can be told of. `ping` is the test that an admin asks for. */
export const WebhookEvent = z.enum(['meeting.started', 'meeting.ended', 'participant.joined', 'participant.left']);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/**
 * The body of each request. Sent at least once, as POST, with the headers of https://www.standardwebhooks.com: `webhook-id` (the same
 * when it is sent again), `webhook-timestamp` (s), `webhook-signature`: `v1,` and base64 of HMAC-SHA256 over `ID.TIMESTAMP.BODY`.
 * Any answer 2xx takes it; else it is sent again for about a day.
 */
export const WebhookMessage = z.object({
  type: z.enum([...WebhookEvent.options, 'ping']),
  /** When it happened. */
  timestamp: Instant,
  data: z.object({
    roomId: z.string(),
    title: z.string(),
    /** Names one meeting in that room, from the first who joined until the last has left. */
    meetingId: z.string(),
    /** Of participant.*; accountId is null for a guest. */
    participant: z.object({ id: z.string(), accountId: z.string().nullable(), name: z.string() }).optional(),
  }),
});
export type WebhookMessage = z.infer<typeof WebhookMessage>;

export const Webhook = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(WebhookEvent),
  createdAt: Instant,
  /** false: kept, and nothing is sent. */
  active: z.boolean(),
  /** What is still to be sent, and what was given up in the last 30 days. */
  waiting: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  /** How the last request went: an HTTP status, or what kept it from arriving; null before the first. */
  last: z.object({ at: Instant, ok: z.boolean(), detail: z.string() }).nullable(),
});
export type Webhook = z.infer<typeof Webhook>;
/** GET /api/admin/webhooks -> Webhook[]; DELETE /api/admin/webhooks/:id -> 204, with all that was still to be sent. */

/** http or https, to wherever the operator says: of this hub's own network too. */
const Url = z.url({ protocol: /^https?$/ }).max(2000);
/** POST /api/admin/webhooks -> NewWebhook. */
export const WebhookCreate = z.strictObject({ url: Url, events: z.array(WebhookEvent).min(1).max(10) });
export type WebhookCreate = z.infer<typeof WebhookCreate>;
/** `secret` is shown this once: `whsec_` and base64 of the key that signs. */
export const NewWebhook = z.object({ webhook: Webhook, secret: z.string() });
export type NewWebhook = z.infer<typeof NewWebhook>;

/** PATCH /api/admin/webhooks/:id -> Webhook. POST …/ping -> 202 sends a test, also to one that is not active. */
export const WebhookPatch = z.strictObject({
  active: z.boolean().optional(),
  events: z.array(WebhookEvent).min(1).max(10).optional(),
});
export type WebhookPatch = z.infer<typeof WebhookPatch>;
