import { type ErrorCode, errorSentences, HubError, type Language, type Problem } from '@diwan/protocol/errors.ts';

/** The one place where an error code becomes an HTTP status; socket acks carry the same number. */
export const statusOf = {
  bad_request: 400,
  malformed_json: 400,
  unauthenticated: 401,
  token_expired: 401,
  bad_credentials: 401,
  too_many_attempts: 429,
  weak_password: 422,
  invitation_invalid: 410,
  reset_invalid: 410,
  device_code_invalid: 410,
  authorization_pending: 400,
  second_factor_wrong: 401,
  login_expired: 410,
  account_suspended: 403,
  cgu_required: 403,
  maintenance: 503,
  forbidden: 403,
  origin_refused: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  locked: 423,
  name_taken: 409,
  name_invalid: 422,
  share_nested: 409,
  still_shared: 409,
  move_into_itself: 409,
  too_large: 413,
  range_invalid: 416,
  upload_incomplete: 400,
  // RFC 4331 section 6: a quota is told as storage that is not enough.
  quota_exceeded: 507,
  storage_full: 507,
  storage_unavailable: 503,
  preview_unavailable: 422,
  link_gone: 410,
  link_password: 401,
  content_corrupt: 500,
  room_not_found: 404,
  room_password: 403,
  room_lobby: 403,
  room_locked: 403,
  room_kept_out: 403,
  encryption_needed: 403,
  encryption_stays: 409,
  encryption_lost: 409,
  host_forbids: 403,
  meeting_past: 422,
  poll_closed: 409,
  document_full: 413,
  document_out_of_step: 409,
  not_in_room: 409,
  media_refused: 422,
  media_unavailable: 503,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** Errors of the body parsers, the database and the disk, named in our codes. */
function known(error: unknown): HubError {
  if (error instanceof HubError) return error;
  if (!(error instanceof Error)) return new HubError('internal');
  const { code, type, status } = error as Error & { code?: string; type?: string; status?: number };
  if (type === 'entity.parse.failed') return new HubError('malformed_json');
  if (type === 'entity.too.large') return new HubError('too_large');
  if (type === 'request.aborted') return new HubError('upload_incomplete');
  if (error instanceof URIError || (status !== undefined && status >= 400 && status < 500))
    return new HubError('bad_request');
  if (code === 'ENOSPC' || /database or disk is full/.test(error.message)) return new HubError('storage_full');
  // PostgreSQL going away: https://www.postgresql.org/docs/15/errcodes-appendix.html (class 08, 57P)
  if (code && /^(ECONNREFUSED|ECONNRESET|08...|57P0.)$/.test(code)) return new HubError('unavailable', code, 2);
  if (/timeout exceeded when trying to connect|Connection terminated/.test(error.message))
    return new HubError('unavailable', undefined, 2);
  return new HubError('internal');
}

/** The problem as a person and a program see it (RFC 9457). `detail` of an internal error stays inside. */
export function problemOf(error: unknown, language: Language): Problem {
  const { code, detail, retryAfter } = known(error);
  return {
    type: `urn:diwan:error:${code}`,
    status: statusOf[code],
    code,
    title: errorSentences[code][language],
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** The language a request asks for by Accept-Language; French unless Arabic or English comes first. */
export function preferredLanguage(header: string | undefined): Language {
  for (const part of (header ?? '').toLowerCase().split(',', 10)) {
    const tag = part.trim().slice(0, 2);
    if (tag === 'fr' || tag === 'ar' || tag === 'en') return tag;
  }
  return 'fr';
}
