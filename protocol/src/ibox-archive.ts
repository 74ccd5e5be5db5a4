import { z } from 'zod';

/**
 * Files and folders as one ZIP (stored, ZIP64 where it must be, names in UTF-8), streamed with its length told before:
 *
 * GET /api/ibox/nodes/:id/archive — one folder or file, under its name.
 * GET /api/ibox/archive?ids=A,B — several nodes side by side; a name that comes twice gets a number.
 * POST /api/ibox/archive — the same for more ids than an address holds: ArchiveRequest as JSON, or a form with `ids` as above.
 *
 * Errors: not_found (any of them), too_large. What can't be read right cuts the answer off short of its length.
 */
export const ArchiveRequest = z.strictObject({ ids: z.array(z.string().min(1).max(64)).min(1).max(1000) });
export type ArchiveRequest = z.infer<typeof ArchiveRequest>;
export const ArchiveQuery = z.object({
  ids: z
    .string()
    .max(65_536)
    .transform((ids) => ids.split(',')),
});
