import { HubError } from '@diwan/protocol/errors.ts';
import type { ActivityVerb } from '@diwan/protocol/ibox-activity.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Deed } from '../activity/deed.ts';
import { locksOf } from '../dav/locks.ts';
import { type DavLock, isWithin, lockInTheWay } from '../rules/dav.ts';
import { pathsTo } from '../tree/ancestors.ts';

/** What a deed does to a node: puts it into a folder, gives it other bytes, or takes it from its place with all that is in it. */
const effects: Partial<Record<ActivityVerb, 'add' | 'change' | 'remove'>> = {
  created: 'add',
  copied: 'add',
  restored: 'add',
  changed: 'change',
  version_restored: 'change',
  renamed: 'remove',
  moved: 'remove',
  deleted: 'remove',
};

/**
 * Asks, for the transaction of a change, whether the locks of its space let the actor do a deed that is not done yet. Where nothing
 * is locked that costs one question.
 * @returns what throws {HubError} locked with the name of who holds the lock
 */
export function freeByLocks(
  tx: Db,
  spaceId: string,
  now: number,
  { accountId }: Pick<Actor, 'accountId'>,
  tokens: ReadonlySet<string> = new Set(),
): (deed: Deed) => Promise<void> {
  let known: Promise<DavLock[]> | undefined;
  return async ({ verb, node }) => {
    const effect = effects[verb];
    if (!effect) return;
    known ??= locksOf(tx, spaceId, now);
    const locks = await known;
    if (locks.length === 0) return;
    for (const ids of await touchedBy(tx, locks, effect, node)) {
      const lock = lockInTheWay(locks, ids, accountId, tokens);
      if (lock) throw new HubError('locked', await holderOf(tx, lock));
    }
  };
}

/** The places, each by its ids from the root down, that must be free. */
async function touchedBy(
  tx: Db,
  locks: DavLock[],
  effect: 'add' | 'change' | 'remove',
  { id, parentId }: Deed['node'],
): Promise<string[][]> {
  const paths = await pathsTo(tx, parentId === null ? [id] : [id, parentId]);
  const [own, folder] = [id, parentId ?? ''].map((at) => (paths.get(at) ?? []).map((step) => step.id)) as [
    string[],
    string[],
  ];
  if (effect === 'add') return [folder];
  if (effect === 'change') return [own];
  const within = locks.filter((lock) => isWithin(lock, id)).map((lock) => lock.ids);
  return [own, own.slice(0, -1), folder, ...within];
}

/** The name of who took a lock. */
export async function holderOf(db: Db, { accountId }: Pick<DavLock, 'accountId'>): Promise<string> {
  const account = await db.selectFrom('accounts').select('name').where('id', '=', accountId).executeTakeFirst();
  return account?.name ?? '';
}
