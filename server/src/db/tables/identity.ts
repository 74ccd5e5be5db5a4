import type { AccountStatus } from '@diwan/protocol/admin.ts';
import type { Language } from '@diwan/protocol/errors.ts';
import type { Audience, Role } from '@diwan/protocol/identity.ts';

export interface IdentityTables {
  accounts: {
    id: string;
    email: string;
    name: string;
    role: Role;
    language: Language;
    status: AccountStatus;
    /** Argon2id in PHC form; null until the invitation is accepted. */
    passwordHash: string | null;
    createdAt: number;
    lastLoginAt: number | null;
  };
  sessions: {
    id: string;
    accountId: string;
    audience: Audience;
    label: string;
    ip: string;
    userAgent: string;
    createdAt: number;
    lastUsedAt: number;
    /** The newest refresh generation known to have reached the client; older ones are dead. */
    generation: number;
    confirmedAt: number;
    endedAt: number | null;
  };
  invitations: { tokenHash: string; accountId: string; expiresAt: number };
  passwordResets: { tokenHash: string; accountId: string; createdAt: number; expiresAt: number };
  /** Browsers that the account was signed in with, by the cookie that each keeps. */
  knownDevices: { accountId: string; deviceHash: string; firstSeenAt: number; lastSeenAt: number };
  deviceCodes: {
    deviceCodeHash: string;
    userCode: string;
    machine: string;
    ip: string;
    userAgent: string;
    expiresAt: number;
    /** The account that approved; null while pending. */
    accountId: string | null;
  };
}
