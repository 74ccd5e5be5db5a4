import { HubError } from '@diwan/protocol/errors.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Journal } from '../tree/change-space.ts';
import { isId, type NodeRow } from '../tree/node-rows.ts';

export interface UnwantedFile {
  /** Of its operation in the commit. */
  place: number;
  id: string;
  baseSeq: number | undefined;
}

/**
 * Deletes files by a few statements: thousands go when a folder is cleared up. What is not so plain (a folder, a file that changed
 * since, one that is not there or locked) is left out, for the way that tells why.
 * @returns the places of those that were deleted
 */
export async function deleteFiles(
  tx: Db,
  journal: Journal,
  actor: Actor,
  unwanted: readonly UnwantedFile[],
): Promise<number[]> {
  const asked = new Map<string, UnwantedFile>();
  // Asked for twice, it is there for the first only.
  for (const file of unwanted) if (isId(file.id) && !asked.has(file.id)) asked.set(file.id, file);
  if (asked.size === 0) return [];
  const rows = await tx
    .selectFrom('nodes')
    .select(['id', 'name', 'parentId', 'seq', 'size'])
    .where('id', 'in', [...asked.keys()])
    .where('spaceId', '=', journal.space.id)
    .where('kind', '=', 'file')
    .where('deletedWith', 'is', null)
    .orderBy('id')
    .execute();
  const plain = rows.filter(({ id, seq }) => seq <= (asked.get(id)?.baseSeq ?? seq));
  if (plain.length === 0) return [];
  const undo = journal.mark();
  try {
    await markDeleted(tx, journal, actor, plain);
  } catch (error) {
    // One of them is locked, which is asked before anything is written: each by itself, then.
    if (!(error instanceof HubError)) throw error;
    undo();
    return [];
  }
  return plain.map(({ id }) => (asked.get(id) as UnwantedFile).place);
}

type Plain = Pick<NodeRow, 'id' | 'name' | 'parentId' | 'size'>;

async function markDeleted(tx: Db, journal: Journal, { accountId }: Actor, files: readonly Plain[]): Promise<void> {
  const before = journal.space.seq;
  for (const node of files) await journal.next({ verb: 'deleted', node });
  const ids = files.map(({ id }) => id);
  await tx
    .with('numbered', (q) =>
      q
        .selectFrom('nodes')
        .where('id', 'in', ids)
        .select(['id', sql<number>`row_number() over (order by id)`.as('place')]),
    )
    .updateTable('nodes')
    .from('numbered')
    .set((e) => ({
      seq: e('numbered.place', '+', before),
      deletedWith: e.ref('nodes.id'),
      changedAt: journal.now,
      changedBy: accountId,
    }))
    .whereRef('nodes.id', '=', 'numbered.id')
    .execute();
  journal.use(-files.reduce((sum, { size }) => sum + size, 0));
}
