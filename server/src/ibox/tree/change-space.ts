import { HubError } from '@diwan/protocol/errors.ts';
import type { Bus } from '../../bus/bus.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { mayRead, mayWrite, readersOf } from '../rules/permissions.ts';
import type { SpaceRow } from './node-rows.ts';

export interface Deps {
  db: Db;
  bus: Bus;
}

/** What a change writes with: its numbers in the space's journal, its time, and the space's account of bytes. */
export interface Journal {
  readonly space: SpaceRow;
  readonly now: number;
  /** Takes the next number, or the next `count`. @returns the first of them */
  next(count?: number): number;
  /** Bytes that live files take more or, below 0, less. */
  use(bytes: number): void;
}

/**
 * The only way to change the nodes of a space. One change of a space at a time: the transaction begins with the lock on the space's
 * row, so numbers become visible in their order and what the change reads stays true until its commit. Then everyone with access
 * is told.
 * @throws {HubError} not_found, forbidden
 */
export async function changeSpace<T>(
  { db, bus }: Deps,
  actor: Actor,
  spaceId: string,
  change: (tx: Db, journal: Journal) => Promise<T>,
): Promise<T> {
  const { result, space, changed } = await db.transaction().execute(async (tx) => {
    const space = await tx
      .updateTable('spaces')
      .set((e) => ({ seq: e.ref('seq') }))
      .where('id', '=', spaceId)
      .returningAll()
      .executeTakeFirst();
    if (!space || !mayRead(space, actor)) throw new HubError('not_found');
    if (!mayWrite(space, actor)) throw new HubError('forbidden');
    const before = space.seq;
    const result = await change(tx, {
      space,
      now: Date.now(),
      next(count = 1) {
        space.seq += count;
        return space.seq - count + 1;
      },
      use(bytes) {
        space.usedBytes += bytes;
      },
    });
    const changed = space.seq !== before;
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
