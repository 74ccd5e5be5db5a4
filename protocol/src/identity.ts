import { z } from 'zod';
import { Language } from './errors.ts';

export const Role = z.enum(['client', 'admin']);
export type Role = z.infer<typeof Role>;

/** Milliseconds since the epoch, by the server's clock. */
export const Instant = z.int().nonnegative();

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email());
export const PersonName = z.string().trim().min(1).max(120);
/** What is typed; whether it is good enough is decided by the server (weak_password). */
export const Password = z.string().min(1).max(1024);

export const Account = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: Role,
  language: Language,
});
export type Account = z.infer<typeof Account>;

/** GET /api/me — who is signed in and whether the terms in force are accepted. */
export const Me = z.object({
  account: Account,
  sessionId: z.string(),
  termsAccepted: z.boolean(),
  termsVersion: z.int(),
});
export type Me = z.infer<typeof Me>;

/** POST /api/auth/login — a browser also gets httpOnly cookies. Errors: bad_credentials, too_many_attempts, account_suspended. */
export const LoginRequest = z.strictObject({ identifier: z.string().trim().min(1).max(254), password: Password });
export type LoginRequest = z.infer<typeof LoginRequest>;

/** Who a token is for; a token of one audience is refused by the others. */
export const Audience = z.enum(['web', 'agent']);
export type Audience = z.infer<typeof Audience>;

/** Tokens as an agent gets them; a browser has them in cookies and never sees them. Times in seconds. */
export const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int() });
export type Tokens = z.infer<typeof Tokens>;

/** POST /api/auth/refresh — a browser sends the cookie and an empty body, an agent its token. Answers Me to a browser, Tokens to an agent. */
export const RefreshRequest = z.strictObject({ refreshToken: z.string().max(512).optional() });

/** POST /api/me/password — the current password is required; other sessions can be closed in the same step. Answers 204. */
export const PasswordChange = z.strictObject({
  current: Password,
  next: Password,
  closeOthers: z.boolean().default(true),
});
export type PasswordChange = z.input<typeof PasswordChange>;

/** PATCH /api/me */
export const MePatch = z.strictObject({ name: PersonName.optional(), language: Language.optional() });
export type MePatch = z.infer<typeof MePatch>;

/** GET /api/auth/invitations/:token — who is invited. POST the same with a password accepts it (204). */
export const Invitation = z.object({ email: z.string(), name: z.string(), expiresAt: Instant });
export type Invitation = z.infer<typeof Invitation>;
export const InvitationAccept = z.strictObject({ password: Password });

/** POST /api/auth/device — RFC 8628 device authorisation, started by an agent. `expiresIn` and `interval` in seconds. */
export const DeviceStart = z.strictObject({ machine: z.string().trim().min(1).max(120) });
export const DeviceCode = z.object({
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUrl: z.string(),
  expiresIn: z.int(),
  interval: z.int(),
});
export type DeviceCode = z.infer<typeof DeviceCode>;
/** GET /api/auth/device/:userCode (signed in) — what is about to be approved. */
export const DeviceRequest = z.object({ machine: z.string(), userCode: z.string(), expiresAt: Instant });
export type DeviceRequest = z.infer<typeof DeviceRequest>;
/** POST /api/auth/device/approve (signed in, terms accepted) — answers 204. Error: device_code_invalid. */
export const DeviceApprove = z.strictObject({ userCode: z.string().trim().toUpperCase().max(20) });
/** POST /api/auth/device/token — authorization_pending until approved, then Tokens, once. */
export const DeviceToken = z.strictObject({ deviceCode: z.string().max(200) });

/** GET /api/me/sessions -> Session[]; DELETE /api/me/sessions/:id revokes one, DELETE /api/me/sessions all but this one. */
export const Session = z.object({
  id: z.string(),
  audience: Audience,
  label: z.string(),
  ip: z.string(),
  userAgent: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant,
  current: z.boolean(),
});
export type Session = z.infer<typeof Session>;

/** Socket, server to client: the session is over (logged out, revoked, suspended); the socket closes next. */
export const SessionEnded = z.object({ reason: z.enum(['logout', 'revoked', 'suspended']) });
/** Socket, server to client: the account was signed in with a device that is new to it. */
export const SessionOpened = z.object({ ip: z.string(), userAgent: z.string() });
