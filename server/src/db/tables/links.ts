export interface LinkTables {
  /** Their addresses are derived from the id and the hub's secret, and stored nowhere. */
  links: {
    id: string;
    nodeId: string;
    /** In whose name it acts. */
    makerId: string;
    kind: 'read' | 'drop';
    label: string;
    /** Argon2id in PHC form. */
    passwordHash: string | null;
    /** Rises with each new password; what was opened by an earlier one is shut. */
    generation: number;
    expiresAt: number | null;
    downloadLimit: number | null;
    downloads: number;
    /** Files. */
    uploads: number;
    createdAt: number;
    revokedAt: number | null;
  };
  /** What a visitor's browser took lately: more ranges of the same are no other download. `what` is a content or an archive. */
  linkDownloads: { linkId: string; visit: string; what: string; grantedAt: number };
}
