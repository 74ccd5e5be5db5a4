import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { conflictingLock, covers, type DavLock } from '../rules/dav.ts';
import type { Journal } from '../tree/change-space.ts';
import type { NodeRow } from '../tree/node-rows.ts';
import { nodeAt, type Place } from './place.ts';

const mostLocks = 2000;

/** The locks of a space that have not run out. */
export async function locksOf(db: Db, spaceId: string, now: number): Promise<DavLock[]> {
  const rows = await db
    .selectFrom('davLocks')
    .selectAll()
    .where('spaceId', '=', spaceId)
    .where('expiresAt', '>', now)
    .orderBy('token')
    .execute();
  if (rows.length === 0) return [];
  const paths = await pathsOfLocked(db, spaceId);
  return rows.map(({ nodeId, spaceId: _space, isDeep, ...lock }) => {
    const path = paths.get(nodeId) ?? [];
    return {
      ...lock,
      isDeep: isDeep === 1,
      ids: path.map(({ id }) => id),
      names: path.slice(1).map(({ name }) => name),
    };
  });
}

/** The locks of the spaces that places are in, each with the names that lead to it from the actor's own root. */
export async function locksAt(
  db: Db,
  places: readonly Pick<Place, 'spaceId' | 'prefix'>[],
  now: number,
): Promise<DavLock[]> {
  const prefixes = new Map(places.map(({ spaceId, prefix }) => [spaceId, prefix]));
  const locks: DavLock[] = [];
  for (const [spaceId, prefix] of prefixes)
    for (const lock of await locksOf(db, spaceId, now)) locks.push({ ...lock, names: [...prefix, ...lock.names] });
  return locks;
}

/** For each locked node of a space, the way to it from the root. */
async function pathsOfLocked(db: Db, spaceId: string): Promise<Map<string, { id: string; name: string }[]>> {
  const steps = await db
    .withRecursive('climb', (q) =>
      q
        .selectFrom('nodes')
        .select(['id as lockedId', 'id', 'name', 'parentId', sql<number>`0`.as('height')])
        .where('id', 'in', (e) => e.selectFrom('davLocks').select('nodeId').where('spaceId', '=', spaceId))
        .unionAll(
          q
            .selectFrom('nodes')
            .innerJoin('climb', 'climb.parentId', 'nodes.id')
            .select([
              'climb.lockedId',
              'nodes.id',
              'nodes.name',
              'nodes.parentId',
              sql<number>`climb.height + 1`.as('height'),
            ]),
        ),
    )
    .selectFrom('climb')
    .select(['lockedId', 'id', 'name'])
    .orderBy('height', 'desc')
    .execute();
  return Map.groupBy(steps, ({ lockedId }) => lockedId);
}

export interface WantedLock {
  scope: DavLock['scope'];
  isDeep: boolean;
  owner: string;
  /** ms */
  timeout: number;
}

/**
 * Locks the node at a place, inside the transaction of a change.
 * @throws {HubError} locked with the path of the lock in the way
 */
export async function addLock(
  tx: Db,
  journal: Journal,
  actor: Actor,
  place: Place,
  wanted: WantedLock,
): Promise<DavLock> {
  const { ids, names } = place;
  const locks = await locksAt(tx, [place], journal.now);
  const other = conflictingLock(locks, { ids, scope: wanted.scope, isDeep: wanted.isDeep, accountId: actor.accountId });
  if (other) throw lockedBy(other);
  const { scope, isDeep, owner, timeout } = wanted;
  const lock = {
    ...({ via: 'dav', note: '' } as const),
    token: `urn:uuid:${randomUUID()}`,
    accountId: actor.accountId,
    scope,
    owner,
    timeout,
    expiresAt: journal.now + timeout,
  };
  await insertLock(tx, journal.now, { ...lock, isDeep }, nodeAt(place));
  return { ...lock, isDeep, ids, names };
}

/**
 * Notes a lock that nothing stands in the way of, inside the transaction of a change; those that ran out go.
 * @throws {HubError} forbidden when the space has too many
 */
export async function insertLock(
  tx: Db,
  now: number,
  lock: Omit<DavLock, 'ids' | 'names'>,
  { id: nodeId, spaceId }: Pick<NodeRow, 'id' | 'spaceId'>,
): Promise<void> {
  await tx.deleteFrom('davLocks').where('spaceId', '=', spaceId).where('expiresAt', '<=', now).execute();
  const { count } = await tx
    .selectFrom('davLocks')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('spaceId', '=', spaceId)
    .executeTakeFirstOrThrow();
  if (count >= mostLocks) throw new HubError('forbidden', `at most ${mostLocks} locks`);
  await tx
    .insertInto('davLocks')
    .values({ ...lock, nodeId, spaceId, isDeep: lock.isDeep ? 1 : 0 })
    .execute();
}

/**
 * Puts off the end of the locks with these tokens that the place is under.
 * @throws {HubError} precondition_failed when there is none
 */
export async function refreshLocks(
  tx: Db,
  now: number,
  actor: Actor,
  place: Place,
  tokens: ReadonlySet<string>,
  timeout: number | undefined,
): Promise<DavLock[]> {
  const locks = (await locksAt(tx, [place], now)).filter(
    (lock) => tokens.has(lock.token) && lock.accountId === actor.accountId && covers(lock, place.ids),
  );
  if (locks.length === 0) throw new HubError('precondition_failed', 'no such lock here');
  return Promise.all(
    locks.map(async (lock) => {
      const renewed = { timeout: timeout ?? lock.timeout, expiresAt: now + (timeout ?? lock.timeout) };
      await tx.updateTable('davLocks').set(renewed).where('token', '=', lock.token).execute();
      return { ...lock, ...renewed };
    }),
  );
}

export async function dropLocks(tx: Db, locks: DavLock[]): Promise<void> {
  for (const { token } of locks) await tx.deleteFrom('davLocks').where('token', '=', token).execute();
}

/** With the path of the locked node, from the root of the space. */
export const lockedBy = (lock: DavLock): HubError => new HubError('locked', `/${lock.names.join('/')}`);
