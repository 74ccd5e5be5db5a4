import type { Db } from '../../db/database.ts';
import type { Deps, Journal } from '../tree/change-space.ts';
import { readersOf } from '../tree/roles.ts';

/** Once the change is committed, tells everyone with access that something about a node is another, though the node is the same. */
export async function touch(
  { bus }: Pick<Deps, 'bus'>,
  tx: Db,
  journal: Journal,
  nodeId: string,
  what: 'comments' | 'lock',
): Promise<void> {
  const spaceId = journal.space.id;
  const accountIds = await readersOf(tx, spaceId);
  journal.after(() => bus.publish('node:touched', { spaceId, nodeId, what, accountIds }));
}
