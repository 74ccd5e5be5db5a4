import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { NodeLock } from '@diwan/protocol/ibox.ts';
import type { NodeLockRequest } from '@diwan/protocol/ibox-social.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { dropLocks, insertLock, locksOf } from '../dav/locks.ts';
import { conflictingLock, covers, type DavLock } from '../rules/dav.ts';
import { mayManage } from '../rules/permissions.ts';
import { touch } from '../social/touch.ts';
import { pathTo } from '../tree/ancestors.ts';
import { changeWhere, type Deps, here } from '../tree/change-space.ts';
import { liveNode, type NodeRow } from '../tree/node-rows.ts';
import { roleIn } from '../tree/roles.ts';
import { holderOf } from './free-by-locks.ts';

/**
 * Locks a node, a folder with all that is in it, for one person: their account writes by the API, the agent and WebDAV, others by none.
 * Taken again it lasts from now on.
 * @throws {HubError} locked with the name of who holds the lock in the way, forbidden (a reader, or the root), not_found
 */
export function lockNode(deps: Deps, actor: Actor, nodeId: string, wanted: NodeLockRequest): Promise<NodeLock> {
  const find = (db: Db) => liveNode(db, actor, nodeId);
  return changeWhere(deps, actor, find, async (tx, journal) => {
    const node = here(journal, await find(tx));
    if (node.parentId === null) throw new HubError('forbidden', 'the root of a space');
    const ids = (await pathTo(tx, nodeId)).map(({ id }) => id);
    const isDeep = node.kind === 'folder';
    const { accountId } = actor;
    const locks = await locksOf(tx, node.spaceId, journal.now);
    const other = conflictingLock(locks, { ids, isDeep, accountId, scope: 'exclusive' });
    if (other) throw new HubError('locked', await holderOf(tx, other));
    await dropLocks(
      tx,
      locks.filter((lock) => isOf(lock, nodeId) && lock.via === 'api' && lock.accountId === accountId),
    );
    const timeout = wanted.minutes * 60_000;
    const lock = {
      token: `urn:uuid:${randomUUID()}`,
      ...({ accountId, isDeep, timeout, scope: 'exclusive', via: 'api', note: wanted.note } as const),
      ...{ owner: ownerXml(actor.name), expiresAt: journal.now + timeout },
    };
    await insertLock(tx, journal.now, lock, node);
    await touch(deps, tx, journal, nodeId, 'lock');
    return present(tx, actor, { ...lock, ids, names: [] });
  });
}

/**
 * Takes the locks from a node: one's own or, for who manages the space, everyone's; those of WebDAV programs too.
 * @throws {HubError} forbidden when none of them is the actor's, not_found (also when it is not locked itself)
 */
export function unlockNode(deps: Deps, actor: Actor, nodeId: string): Promise<void> {
  const find = (db: Db) => liveNode(db, actor, nodeId);
  const change: Parameters<typeof changeWhere<void>>[3] = async (tx, journal) => {
    const { spaceId } = here(journal, await find(tx));
    const locks = (await locksOf(tx, spaceId, journal.now)).filter((lock) => isOf(lock, nodeId));
    if (locks.length === 0) throw new HubError('not_found', 'not locked');
    const isManager = mayManage({ role: await roleIn(tx, actor, spaceId) });
    const own = locks.filter((lock) => isManager || lock.accountId === actor.accountId);
    if (own.length === 0) throw new HubError('forbidden', 'another’s lock');
    await dropLocks(tx, own);
    await touch(deps, tx, journal, nodeId, 'lock');
  };
  // Who may only read by now can still let go of what they hold.
  return changeWhere(deps, actor, find, change, 'reader');
}

/** The lock that a node is under: its own, or that of a folder it is in. Another's comes before one's own. */
export async function lockOf(
  db: Db,
  actor: Actor,
  node: Pick<NodeRow, 'spaceId'>,
  ids: string[],
): Promise<NodeLock | null> {
  const standing = (await locksOf(db, node.spaceId, Date.now())).filter((lock) => covers(lock, ids));
  const shown = standing.find((lock) => lock.accountId !== actor.accountId) ?? standing[0];
  return shown ? present(db, actor, shown) : null;
}

/** Which nodes of a folder are locked, each by itself. */
export async function lockedIn(db: Db, folder: Pick<NodeRow, 'spaceId'> & { id: string }): Promise<string[]> {
  const rows = await db
    .selectFrom('davLocks')
    .innerJoin('nodes', 'nodes.id', 'davLocks.nodeId')
    .select('nodes.id')
    .distinct()
    .where('davLocks.spaceId', '=', folder.spaceId)
    .where('davLocks.expiresAt', '>', Date.now())
    .where('nodes.parentId', '=', folder.id)
    .execute();
  return rows.map(({ id }) => id);
}

const isOf = (lock: DavLock, nodeId: string): boolean => lock.ids.at(-1) === nodeId;

async function present(db: Db, actor: Actor, lock: DavLock): Promise<NodeLock> {
  return {
    nodeId: lock.ids.at(-1) as string,
    by: await holderOf(db, lock),
    isOwn: lock.accountId === actor.accountId,
    kind: lock.via === 'api' ? 'person' : 'program',
    note: lock.note,
    until: lock.expiresAt,
  };
}

/** As WebDAV shows it (RFC 4918 §14.17). */
const ownerXml = (name: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML holds none of them
  `<D:owner xmlns:D="DAV:">${name.replace(/[\u0000-\u001f]/g, ' ').replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)}</D:owner>`;
