import { z } from 'zod';
import { Instant, Me, Password } from './identity.ts';

/** Digits as any keyboard types them: Arabic ones count as Latin ones, spaces do not count. */
const latinDigits = (typed: string) =>
  typed
    .replace(/\s/g, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) as number) & 0xf));

/** Six digits of an authenticator app (RFC 6238). */
export const TotpCode = z
  .string()
  .max(40)
  .transform(latinDigits)
  .pipe(z.string().regex(/^\d{6}$/));
export const RecoveryCode = z.string().trim().min(1).max(60);

/** What may follow the password. */
export const SecondWay = z.enum(['totp', 'recovery']);
export type SecondWay = z.infer<typeof SecondWay>;

/** A second factor, shown. A code opens once; after that it is as wrong as any other. */
export const Proof = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('totp'), code: TotpCode }),
  z.strictObject({ by: z.literal('recovery'), code: RecoveryCode }),
]);
export type Proof = z.infer<typeof Proof>;

/** The password was right, and the account has a second factor: nobody is signed in yet. `expiresIn` in seconds. */
export const SecondStep = z.object({ ticket: z.string(), ways: z.array(SecondWay), expiresIn: z.int() });
export type SecondStep = z.infer<typeof SecondStep>;

/** POST /api/auth/login answers who is signed in, or what is still asked for. */
export const LoginAnswer = z.union([Me, SecondStep]);

/** POST /api/auth/second-factor — then Me, with cookies. Errors: login_expired, second_factor_wrong, too_many_attempts. */
export const SecondFactorLogin = z.strictObject({ ticket: z.string().max(200), proof: Proof });

/** GET /api/me/security */
export const Security = z.object({
  /** Since when codes of an authenticator app are asked for. */
  totpSince: Instant.nullable(),
  recoveryCodesLeft: z.int(),
});
export type Security = z.infer<typeof Security>;

/** What makes, changes or ends a factor asks for the password, and once there is a factor for that too. */
export const PasswordGiven = z.strictObject({ password: Password });
export const FullyProved = z.strictObject({ password: Password, proof: Proof });

/** POST /api/me/security/totp — a new secret, for the app; nothing changes before a code of it is sent. */
export const TotpStarted = z.object({ secret: z.string(), uri: z.string() });
export type TotpStarted = z.infer<typeof TotpStarted>;
export const TotpConfirm = z.strictObject({ code: TotpCode });

/** Recovery codes are shown this once. Null: the account has its codes already. */
export const FactorAdded = z.object({ recoveryCodes: z.array(z.string()).nullable() });
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
