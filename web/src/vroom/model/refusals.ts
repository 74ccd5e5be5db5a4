import type { ErrorCode } from '@diwan/protocol/errors.ts';

/** Refusals that trying again does not change. */
export const final: readonly ErrorCode[] = [
  'bad_request',
  'unauthenticated',
  'token_expired',
  'account_suspended',
  'cgu_required',
  'forbidden',
  'not_found',
  'room_not_found',
  'room_locked',
  'room_kept_out',
  'encryption_needed',
  'encryption_lost',
];
