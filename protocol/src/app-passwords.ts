import { z } from 'zod';
import { Instant } from './identity.ts';

/** A password for one program that speaks WebDAV; it opens nothing else. GET /api/me/app-passwords -> AppPassword[], newest first. */
export const AppPassword = z.object({
  id: z.string(),
  label: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type AppPassword = z.infer<typeof AppPassword>;

/** POST /api/me/app-passwords -> NewAppPassword (201). Error: conflict when there are too many. */
export const AppPasswordCreate = z.strictObject({ label: z.string().trim().min(1).max(120) });
/** The only answer that holds the password. */
export const NewAppPassword = AppPassword.extend({ password: z.string() });
export type NewAppPassword = z.infer<typeof NewAppPassword>;

/** DELETE /api/me/app-passwords/:id -> 204; requests under it end at once. */
