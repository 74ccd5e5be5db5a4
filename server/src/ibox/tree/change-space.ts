import { HubError } from '@diwan/protocol/errors.ts';
import type { SpaceRole } from '@diwan/protocol/ibox.ts';
import type { Bus } from '../../bus/bus.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Deed } from '../activity/deed.ts';
import { writeActivity } from '../activity/write-activity.ts';
import { freeByLocks } from '../locks/free-by-locks.ts';
import type { Limits } from '../rules/limits.ts';
import type { SpaceRow } from './node-rows.ts';
import { requireRoom } from './quota.ts';
import { readersOf, requireRole, roleIn } from './roles.ts';

export interface Deps {
  db: Db;
  bus: Bus;
  limits: Limits;
  /** What must hold besides, seen by the change's own transaction just before the change; it may write too. */
  guard?: ((tx: Db, journals: Journals) => Promise<void>) | undefined;
  /** The WebDAV locks that the caller has shown to know. */
  lockTokens?: ReadonlySet<string> | undefined;
  /** Somebody without an account does it in the actor's name, by a link: the activity names nobody. */
  withoutAccount?: boolean | undefined;
}

/** What a change writes with: its numbers in the space's journal, its time, and the space's account of bytes. */
export interface Journal {
  readonly space: SpaceRow;
  readonly now: number;
  readonly limits: Limits;
  readonly bus: Bus;
  /**
   * Takes the next number, or the next `count`, for a deed that is not done yet. Thereby it is told in the activity; no node changes
   * without.
   * @returns the first of them
   * @throws {HubError} locked with the name of who holds the lock
   */
  next(deed: Deed, count?: number): Promise<number>;
  /** Tells of a deed that takes no number. */
  tell(deed: Deed): void;
  /** Bytes that live files take more or, below 0, less. */
  use(bytes: number): void;
  /** To be done once the change is committed, and not when it fails. */
  after(work: () => void): void;
  /** @returns what takes back all that was numbered, told and used since: the transaction went back to a savepoint */
  mark(): () => void;
}

/** The journals of the spaces that a change has locked. @throws {HubError} conflict for any other: what was found there moved meanwhile */
export interface Journals {
  (spaceId: string): Journal;
  /** Begins a new space, within the change. */
  begin(space: SpaceRow): Promise<Journal>;
}

/**
 * The only way to change the nodes of a space. One change of a space at a time: the transaction begins with the lock on the space's
 * row, so numbers become visible in their order and what the change reads stays true until its commit. Then everyone with access
 * is told.
 * @throws {HubError} not_found, forbidden, quota_exceeded, locked
 */
export function changeSpace<T>(
  deps: Deps,
  actor: Actor,
  spaceId: string,
  change: (tx: Db, journal: Journal) => Promise<T>,
  needed: SpaceRole = 'writer',
): Promise<T> {
  return changeSpaces(deps, actor, [spaceId], (tx, journals) => change(tx, journals(spaceId)), needed);
}

/** As changeSpace, for several spaces at once. */
export function changeSpaces<T>(
  { guard, ...deps }: Deps,
  actor: Actor,
  spaceIds: readonly string[],
  change: (tx: Db, journals: Journals) => Promise<T>,
  needed: SpaceRole = 'writer',
): Promise<T> {
  return lockSpaces(deps, actor, spaceIds, async (tx, journals) => {
    for (const id of spaceIds) {
      // What was found in it may be the actor's still, in another space: a shared one that ended went back to its owner.
      if (!(await roleIn(tx, actor, id))) throw new HubError('not_found', movedMeanwhile);
      await requireRole(tx, actor, id, needed);
    }
    await guard?.(tx, journals);
    return change(tx, journals);
  });
}

/**
 * As changeSpace, where something is: what went to another space between being found and being locked is looked for again.
 * @param find what it is about; the change looks again, under the lock, and asks for the journal of the space that it finds
 */
export async function changeWhere<T>(
  deps: Deps,
  actor: Actor,
  find: (db: Db) => Promise<{ spaceId: string }>,
  change: (tx: Db, journal: Journal) => Promise<T>,
  needed: SpaceRole = 'writer',
): Promise<T> {
  return inSpaceOf(
    () => find(deps.db),
    ({ spaceId }) => changeSpace(deps, actor, spaceId, change, needed),
  );
}

const movedMeanwhile = 'went to another space meanwhile';
const mostAttempts = 5;

/** Repeats what found, under the lock, that something is in another space by now. */
export async function followingMoves<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === mostAttempts || !(error instanceof HubError) || error.detail !== movedMeanwhile) throw error;
    }
  }
}

/** As followingMoves, for a thing that is looked for: a space that ended meanwhile refuses everybody, which is no refusal of the thing. */
export function inSpaceOf<P extends { spaceId: string }, T>(
  find: () => Promise<P>,
  work: (found: P) => Promise<T>,
): Promise<T> {
  return followingMoves(async () => {
    const found = await find();
    try {
      return await work(found);
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'not_found') throw error;
      throw (await find()).spaceId === found.spaceId ? error : elsewhere();
    }
  });
}

export const elsewhere = (): HubError => new HubError('conflict', movedMeanwhile);

/** The lock is of one space: what lies in another by now is not to be touched. @throws {HubError} conflict */
export function here<N extends { spaceId: string }>({ space }: Journal, node: N): N {
  if (node.spaceId !== space.id) throw elsewhere();
  return node;
}

/**
 * A transaction with the locks of spaces, asked for in the order of their ids so that two never wait for each other; whoever calls it
 * has checked what the actor may do, or checks it inside. Quotas are counted by owner: what only moves between spaces of one
 * account takes no room.
 * @throws {HubError} not_found, quota_exceeded
 */
export async function lockSpaces<T>(
  { db, bus, limits, lockTokens, withoutAccount }: Deps,
  actor: Pick<Actor, 'accountId'>,
  spaceIds: readonly string[],
  change: (tx: Db, journals: Journals) => Promise<T>,
): Promise<T> {
  const { result, after } = await db.transaction().execute(async (tx) => {
    const after: (() => void)[] = [];
    const opened = new Map<string, { journal: Journal; deeds: Deed[]; before: SpaceRow }>();
    const now = Date.now();
    const open = (space: SpaceRow) => {
      const deeds: Deed[] = [];
      // A lock is open to the person who took it, not to whom their link let in.
      const requireFree = freeByLocks(tx, space.id, now, withoutAccount ? { accountId: '' } : actor, lockTokens);
      const journal = openJournal(space, { now, limits, bus, after, deeds, requireFree });
      opened.set(space.id, { journal, deeds, before: { ...space } });
      return journal;
    };
    for (const id of [...new Set(spaceIds)].sort()) {
      const space = await lockSpace(tx, id);
      if (!space) throw new HubError('not_found');
      open(space);
    }
    const journalOf = (id: string) => {
      const known = opened.get(id);
      if (!known) throw elsewhere();
      return known.journal;
    };
    const begin = async (space: SpaceRow) => {
      await tx.insertInto('spaces').values(space).execute();
      return open(space);
    };
    const result = await change(tx, Object.assign(journalOf, { begin }));
    const more = new Map<string, number>();
    for (const { journal, deeds, before } of opened.values()) {
      const { id, epoch, seq, usedBytes, ownerId } = journal.space;
      const accountId = withoutAccount ? null : actor.accountId;
      await writeActivity(tx, { spaceId: id, accountId, at: now }, deeds);
      if (seq === before.seq) continue;
      more.set(ownerId, (more.get(ownerId) ?? 0) + usedBytes - before.usedBytes);
      await tx.updateTable('spaces').set({ seq, usedBytes }).where('id', '=', id).execute();
      const accountIds = await readersOf(tx, id);
      after.push(() => bus.publish('space:changed', { spaceId: id, epoch, seq, accountIds }));
    }
    for (const [ownerId, bytes] of [...more].sort()) if (bytes > 0) await requireRoom(tx, ownerId, limits);
    return { result, after };
  });
  for (const work of after) work();
  return result;
}

function openJournal(
  space: SpaceRow,
  opened: {
    now: number;
    limits: Limits;
    bus: Bus;
    after: (() => void)[];
    deeds: Deed[];
    requireFree: (deed: Deed) => Promise<void>;
  },
): Journal {
  const { now, limits, bus, after, deeds, requireFree } = opened;
  return {
    space,
    now,
    limits,
    bus,
    async next(deed, count = 1) {
      await requireFree(deed);
      deeds.push(deed);
      space.seq += count;
      return space.seq - count + 1;
    },
    tell(deed) {
      deeds.push(deed);
    },
    use(bytes) {
      space.usedBytes += bytes;
    },
    mark() {
      const { seq, usedBytes } = space;
      const [told, afterwards] = [deeds.length, after.length];
      return () => {
        Object.assign(space, { seq, usedBytes });
        deeds.length = told;
        after.length = afterwards;
      };
    },
    after: (work) => void after.push(work),
  };
}

/** Whoever changes the space waits until this transaction ends. */
export const lockSpace = (tx: Db, spaceId: string): Promise<SpaceRow | undefined> =>
  tx
    .updateTable('spaces')
    .set((e) => ({ seq: e.ref('seq') }))
    .where('id', '=', spaceId)
    .returningAll()
    .executeTakeFirst();
