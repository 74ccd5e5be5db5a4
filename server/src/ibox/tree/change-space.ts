import { HubError } from '@diwan/protocol/errors.ts';
import type { Bus } from '../../bus/bus.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Limits } from '../rules/limits.ts';
import { mayRead, mayWrite, readersOf } from '../rules/permissions.ts';
import type { SpaceRow } from './node-rows.ts';
import { requireRoom } from './quota.ts';

export interface Deps {
  db: Db;
  bus: Bus;
  limits: Limits;
  /** What must hold besides, seen by the change's own transaction just before the change; it may write too. */
  guard?: ((tx: Db, journal: Journal) => Promise<void>) | undefined;
}

/** What a change writes with: its numbers in the space's journal, its time, and the space's account of bytes. */
export interface Journal {
  readonly space: SpaceRow;
  readonly now: number;
  readonly limits: Limits;
  /** Takes the next number, or the next `count`. @returns the first of them */
  next(count?: number): number;
  /** Bytes that live files take more or, below 0, less. */
  use(bytes: number): void;
}

/**
 * The only way to change the nodes of a space. One change of a space at a time: the transaction begins with the lock on the space's
 * row, so numbers become visible in their order and what the change reads stays true until its commit. Then everyone with access
 * is told.
 * @throws {HubError} not_found, forbidden, quota_exceeded
 */
export async function changeSpace<T>(
  { db, bus, limits, guard }: Deps,
  actor: Actor,
  spaceId: string,
  change: (tx: Db, journal: Journal) => Promise<T>,
): Promise<T> {
  const { result, space, changed } = await db.transaction().execute(async (tx) => {
    const space = await lockSpace(tx, spaceId);
    if (!space || !mayRead(space, actor)) throw new HubError('not_found');
    if (!mayWrite(space, actor)) throw new HubError('forbidden');
    const before = { seq: space.seq, usedBytes: space.usedBytes };
    const journal: Journal = {
      space,
      now: Date.now(),
      limits,
      next(count = 1) {
        space.seq += count;
        return space.seq - count + 1;
      },
      use(bytes) {
        space.usedBytes += bytes;
      },
    };
    await guard?.(tx, journal);
    const result = await change(tx, journal);
    const changed = space.seq !== before.seq;
    if (space.usedBytes > before.usedBytes) await requireRoom(tx, space, limits);
    if (changed) {
      const { seq, usedBytes } = space;
      await tx.updateTable('spaces').set({ seq, usedBytes }).where('id', '=', spaceId).execute();
    }
    return { result, space, changed };
  });
  if (changed) {
    bus.publish('space:changed', { spaceId, epoch: space.epoch, seq: space.seq, accountIds: readersOf(space) });
  }
  return result;
}

/** Whoever changes the space waits until this transaction ends. */
export const lockSpace = (tx: Db, spaceId: string): Promise<SpaceRow | undefined> =>
  tx
    .updateTable('spaces')
    .set((e) => ({ seq: e.ref('seq') }))
    .where('id', '=', spaceId)
    .returningAll()
    .executeTakeFirst();
