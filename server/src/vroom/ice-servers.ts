import { createHmac } from 'node:crypto';
import type { IceServer } from '@diwan/protocol/vroom.ts';

/** Seconds; a credential outlives a long meeting and no more. */
const validFor = 6 * 3600;

/**
 * The TURN server with a credential for this account, as coturn's --use-auth-secret checks it
 * (draft-uberti-behave-turn-rest-00). None when the operator has set none.
 * @param turnUrl turn: or turns: URL, several separated by commas
 * @param now ms
 */
export function iceServers(
  turn: { turnUrl?: string | undefined; turnSecret?: string | undefined },
  accountId: string,
  now: number,
): IceServer[] {
  if (!turn.turnUrl || !turn.turnSecret) return [];
  const username = `${Math.floor(now / 1000) + validFor}:${accountId}`;
  const credential = createHmac('sha1', turn.turnSecret).update(username).digest('base64');
  return [{ urls: turn.turnUrl.split(',').map((url) => url.trim()), username, credential }];
}
