import { timingSafeEqual } from 'node:crypto';

/** Sixteen bytes of the id in base64url. */
const idLength = 22;

/** The last part of a link's address: the link's id, and a seal that only the hub can make. */
export const linkToken = (id: string, seal: (id: string) => string): string =>
  Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url') + seal(id);

/** The id of the link that a token is for, or nothing for what the hub has not sealed. */
export function readLinkToken(token: string, seal: (id: string) => string): string | undefined {
  const hex = Buffer.from(token.slice(0, idLength), 'base64url').toString('hex');
  if (hex.length !== 32) return undefined;
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const expected = Buffer.from(linkToken(id, seal));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
}
