import type { Identity, Origin } from './identity.ts';
import { mailNewDevice } from './letters.ts';
import { hashToken } from './tokens.ts';

/** A browser that was not used for so long (ms) is a new one. */
export const deviceKept = 365 * 24 * 3600_000;

/**
 * remembers the browser that an account was signed in with, and alerts its owner, by mail and on the screens where they are
 * signed in, when it is a new one; not for the account's first.
 */
export async function noteSignIn(room: Identity, accountId: string, origin: Origin): Promise<void> {
  const now = room.now();
  await room.db
    .deleteFrom('knownDevices')
    .where('lastSeenAt', '<', now - deviceKept)
    .execute();
  const known = await room.db.selectFrom('knownDevices').selectAll().where('accountId', '=', accountId).execute();
  const deviceHash = origin.device === undefined ? undefined : hashToken(origin.device);
  if (deviceHash !== undefined)
    await room.db
      .insertInto('knownDevices')
      .values({ accountId, deviceHash, firstSeenAt: now, lastSeenAt: now })
      .onConflict((c) => c.columns(['accountId', 'deviceHash']).doUpdateSet({ lastSeenAt: now }))
      .execute();
  const isKnown = known.some((one) => one.deviceHash === deviceHash);
  if (known.length === 0 || isKnown) return;
  room.bus.publish('session:opened', { accountId, ip: origin.ip, userAgent: origin.userAgent });
  const account = await room.db
    .selectFrom('accounts')
    .select(['email', 'name', 'language'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  void mailNewDevice(room, account, origin);
}
