import { z } from 'zod';
import { Email, Instant, Password } from './identity.ts';

/** POST /api/auth/forgotten — mails a single-use link, if there is such an account; 202 in any case. Error: too_many_attempts. */
export const ForgottenPassword = z.strictObject({ email: Email });

/** GET /api/auth/resets/:token — whose password the link sets. Error: reset_invalid. */
export const PasswordReset = z.object({ email: z.string(), name: z.string(), expiresAt: Instant });
export type PasswordReset = z.infer<typeof PasswordReset>;
/** POST /api/auth/resets/:token — sets the password and ends every session (204); nobody is signed in by it. Errors: reset_invalid, weak_password. */
export const PasswordResetUse = z.strictObject({ password: Password });

/**
 * POST /api/me/disclosed — "my credentials were disclosed": a new password, and every session, agent, app password and link to
 * files ends, this session too (204). Errors: bad_credentials, weak_password, too_many_attempts.
 */
export const Disclosed = z.strictObject({ current: Password, next: Password });
export type Disclosed = z.infer<typeof Disclosed>;
