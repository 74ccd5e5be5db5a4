import { Me } from '@diwan/protocol/identity.ts';
import {
  FactorAdded,
  FullyProved,
  PasswordGiven,
  RecoveryCodes,
  SecondFactorLogin,
  Security,
  TotpConfirm,
  TotpStarted,
} from '@diwan/protocol/second-factor.ts';
import type { ApiRoute } from './routes.ts';

const guessing = ['second_factor_wrong', 'too_many_attempts'] as const;
const both = ['bad_credentials', ...guessing] as const;
const proof = { by: 'totp', code: '482913' };

/** Everything of the second factor: /api/auth/second-factor and /api/me/security. */
export const secondFactorRoutes: readonly ApiRoute[] = [
  {
    method: 'post',
    path: '/auth/second-factor',
    does: 'Finishes a sign-in for which the password was not enough: the answer sets the browser’s cookies.',
    open: 'everyone',
    request: SecondFactorLogin,
    answer: Me,
    errors: ['login_expired', 'account_suspended', ...guessing],
    example: { request: { ticket: 'Zk3…', proof } },
  },
  { method: 'get', path: '/me/security', does: 'What protects the account beside its password.', answer: Security },
  {
    method: 'post',
    path: '/me/security/totp',
    does: 'A secret for an authenticator app; nothing changes before a code of it is sent.',
    request: PasswordGiven,
    answer: TotpStarted,
    status: 201,
    errors: ['bad_credentials', 'too_many_attempts', 'conflict'],
  },
  {
    method: 'post',
    path: '/me/security/totp/confirm',
    does: 'From now on a code is asked for; the first factor comes with recovery codes, shown this once.',
    request: TotpConfirm,
    answer: FactorAdded,
    errors: [...guessing, 'conflict'],
    example: { request: { code: '482913' } },
  },
  {
    method: 'post',
    path: '/me/security/totp/off',
    does: 'No code is asked for any more.',
    request: FullyProved,
    errors: both,
    example: { request: { password: 'a long sentence', proof } },
  },
  {
    method: 'post',
    path: '/me/security/recovery-codes',
    does: 'New recovery codes; the old ones open nothing more.',
    request: FullyProved,
    answer: RecoveryCodes,
    errors: both,
  },
];
