import type { Generated } from 'kysely';

export interface WebdavTables {
  /** For programs that speak WebDAV; `hash` is SHA-256 of 160 random bits. A revoked one is deleted. */
  appPasswords: {
    id: string;
    accountId: string;
    label: string;
    hash: string;
    createdAt: number;
    lastUsedAt: number | null;
  };
  /** Dead properties: what clients keep with a node. `value` is the whole element as XML. */
  davProperties: { nodeId: string; namespace: string; name: string; value: string };
  /** Of WebDAV and of the API alike. */
  davLocks: {
    /** urn:uuid:… */
    token: string;
    nodeId: string;
    spaceId: string;
    accountId: string;
    scope: 'exclusive' | 'shared';
    /** Whether everything below the node is locked too. */
    isDeep: number;
    /** What the client says of its owner, as XML; empty when it said nothing. */
    owner: string;
    /** ms that a refresh without a Timeout adds. */
    timeout: number;
    expiresAt: number;
    /** `dav`: a program's, opened by its token; `api`: a person's, open to their account. */
    via: Generated<'dav' | 'api'>;
    /** What the person wrote about it. */
    note: Generated<string>;
  };
}
