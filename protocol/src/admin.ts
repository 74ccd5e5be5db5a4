import { z } from 'zod';
import { Language } from './errors.ts';
import { Account, Email, Instant, PersonName, Role } from './identity.ts';

export const AccountStatus = z.enum(['invited', 'active', 'suspended']);
export type AccountStatus = z.infer<typeof AccountStatus>;

/** GET /api/admin/accounts -> AdminAccount[] */
export const AdminAccount = Account.extend({
  status: AccountStatus,
  createdAt: Instant,
  lastLoginAt: Instant.nullable(),
  termsVersion: z.int().nullable(),
});
export type AdminAccount = z.infer<typeof AdminAccount>;

/** POST /api/admin/accounts — creates the account and mails the invitation. Error: conflict (address in use). */
export const AccountCreate = z.strictObject({
  email: Email,
  name: PersonName,
  role: Role.default('client'),
  language: Language.default('fr'),
});
export type AccountCreate = z.input<typeof AccountCreate>;
/** The link is shown to the admin too, for when mail is late. */
export const AccountCreated = z.object({ account: AdminAccount, invitationUrl: z.string() });
export type AccountCreated = z.infer<typeof AccountCreated>;

/** PATCH /api/admin/accounts/:id — suspending ends every session at once. POST …/invitation sends a new invitation (AccountCreated). */
export const AccountPatch = z.strictObject({
  name: PersonName.optional(),
  role: Role.optional(),
  suspended: z.boolean().optional(),
});
export type AccountPatch = z.infer<typeof AccountPatch>;

/** What an account takes of Ibox, and its own limit: 0 for none, null where it has the one that all have. Bytes. */
export const AccountQuota = z.object({
  accountId: z.string(),
  usedBytes: z.int().nonnegative(),
  ownBytes: z.int().nonnegative().nullable(),
});
export type AccountQuota = z.infer<typeof AccountQuota>;
/** GET /api/admin/quotas -> AdminQuotas. `defaultBytes` is the limit that all have, null for none. */
export const AdminQuotas = z.object({
  defaultBytes: z.int().positive().nullable(),
  accounts: z.array(AccountQuota),
});
export type AdminQuotas = z.infer<typeof AdminQuotas>;
/** PATCH /api/admin/accounts/:id/quota -> AccountQuota: `bytes` becomes the account's own limit. What is there already stays. */
export const QuotaPatch = z.strictObject({ bytes: z.int().nonnegative().nullable() });
export type QuotaPatch = z.infer<typeof QuotaPatch>;
