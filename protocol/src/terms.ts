import { z } from 'zod';
import { Language, LocalText } from './errors.ts';
import { Instant } from './identity.ts';

/** One immutable version of the CGU. `hash` is the sha256 (hex) of the three texts; texts are Markdown. */
export const Terms = z.object({
  version: z.int().positive(),
  publishedAt: Instant,
  hash: z.string(),
  texts: LocalText,
});
export type Terms = z.infer<typeof Terms>;
/** GET /api/terms (in force), GET /api/terms/:version, both before login; GET /api/terms/:version/download?lang=fr is a text file. */

/** POST /api/terms/accept — the version that was on the screen. Errors: conflict (hash differs), not_found. Answers TermsAcceptance. */
export const TermsAccept = z.strictObject({
  version: z.int().positive(),
  hash: z.string().length(64),
  language: Language,
  label: z.string().min(1).max(120),
});
export type TermsAccept = z.infer<typeof TermsAccept>;

/** The proof: GET /api/terms/acceptances -> TermsAcceptance[] of the caller, newest first. */
export const TermsAcceptance = z.object({
  version: z.int(),
  hash: z.string(),
  language: Language,
  label: z.string(),
  acceptedAt: Instant,
  ip: z.string(),
  userAgent: z.string(),
  /** false when a newer version was published meanwhile: the gate stays closed. */
  inForce: z.boolean(),
});
export type TermsAcceptance = z.infer<typeof TermsAcceptance>;

/** GET /api/admin/terms -> TermsVersion[]; POST /api/admin/terms publishes a new version (Terms) and closes the gate for everyone. */
export const TermsVersion = Terms.omit({ texts: true }).extend({ acceptances: z.int() });
export type TermsVersion = z.infer<typeof TermsVersion>;
const text = z.string().trim().min(1).max(200_000);
export const TermsPublish = z.strictObject({ texts: z.strictObject({ fr: text, ar: text, en: text }) });
export type TermsPublish = z.infer<typeof TermsPublish>;

/** Socket, server to client: a new version is in force; every further call answers cgu_required until it is accepted. */
export const TermsPublished = z.object({ version: z.int() });
