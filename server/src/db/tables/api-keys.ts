export interface ApiKeyTables {
  /** For other systems; `hash` is SHA-256 of 240 random bits. A revoked one stays, as what was done with it does. */
  apiKeys: {
    id: string;
    name: string;
    hash: string;
    /** Their names, separated by commas. */
    scopes: string;
    createdAt: number;
    createdBy: string;
    expiresAt: number | null;
    lastUsedAt: number | null;
    revokedAt: number | null;
  };
}
