import { z } from 'zod';
import { Instant } from './identity.ts';

// Keys for other systems of the operator's: what they may call stands in api-v1.ts, and nothing else opens to them.

export const ApiScope = z.enum(['meetings:read', 'meetings:write']);
export type ApiScope = z.infer<typeof ApiScope>;

export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(ApiScope),
  createdAt: Instant,
  /** The admin who made it, by name. */
  createdBy: z.string(),
  /** null: until it is revoked. */
  expiresAt: Instant.nullable(),
  /** To the minute; null: never. */
  lastUsedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;
/** GET /api/admin/api-keys -> ApiKey[], those that are not revoked. DELETE /api/admin/api-keys/:id revokes one, and the join links made with it. */

/** POST /api/admin/api-keys -> NewApiKey. */
export const ApiKeyCreate = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\0]*$/),
  scopes: z.array(ApiScope).min(1).max(10),
  expiresAt: Instant.nullable().default(null),
});
export type ApiKeyCreate = z.output<typeof ApiKeyCreate>;
/** `token` is shown this once; the hub keeps its hash. */
export const NewApiKey = z.object({ key: ApiKey, token: z.string() });
export type NewApiKey = z.infer<typeof NewApiKey>;
