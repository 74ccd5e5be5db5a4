import { HubError } from '@diwan/protocol/errors.ts';
import { type Favourites, mostFavourites } from '@diwan/protocol/ibox-social.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { seenPathsTo } from '../tree/ancestors.ts';
import type { Deps } from '../tree/change-space.ts';
import { liveNode, presentNode, selectNodes } from '../tree/node-rows.ts';
import { readableSpaces } from '../tree/roles.ts';

/** @throws {HubError} not_found, forbidden when there are too many */
export async function addFavourite({ db, bus }: Deps, actor: Actor, nodeId: string): Promise<void> {
  const { accountId } = actor;
  const { spaceId } = await liveNode(db, actor, nodeId);
  await db.transaction().execute(async (tx) => {
    const { count } = await tx
      .selectFrom('favourites')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('accountId', '=', accountId)
      .executeTakeFirstOrThrow();
    if (count >= mostFavourites) throw new HubError('forbidden', `at most ${mostFavourites} favourites`);
    await tx
      .insertInto('favourites')
      .values({ accountId, nodeId, createdAt: Date.now() })
      .onConflict((c) => c.doNothing())
      .execute();
  });
  bus.publish('node:touched', { spaceId, nodeId, what: 'favourite', accountIds: [accountId] });
}

/** @throws {HubError} not_found */
export async function removeFavourite({ db, bus }: Deps, actor: Actor, nodeId: string): Promise<void> {
  const { accountId } = actor;
  const { spaceId } = await liveNode(db, actor, nodeId);
  await db.deleteFrom('favourites').where('accountId', '=', accountId).where('nodeId', '=', nodeId).execute();
  bus.publish('node:touched', { spaceId, nodeId, what: 'favourite', accountIds: [accountId] });
}

/** The actor's, the latest first. What is deleted or not open to them is kept, and not shown. */
export async function listFavourites(db: Db, actor: Actor): Promise<Favourites> {
  const rows = await selectNodes(db)
    .innerJoin('favourites', 'favourites.nodeId', 'nodes.id')
    .select('favourites.createdAt as since')
    .where('favourites.accountId', '=', actor.accountId)
    .where('nodes.deletedWith', 'is', null)
    .where('nodes.spaceId', 'in', readableSpaces(db, actor))
    .orderBy('favourites.createdAt', 'desc')
    .orderBy('nodes.id')
    .execute();
  const paths = await seenPathsTo(
    db,
    actor,
    rows.map(({ id }) => id),
  );
  return {
    favourites: rows.map(({ since, ...row }) => ({
      node: presentNode(row),
      place: (paths.get(row.id) ?? []).slice(0, -1),
      since,
    })),
  };
}

/** Which nodes of a folder, or which of these, are the actor's favourites. */
export async function favouritesAmong(
  db: Db,
  { accountId }: Pick<Actor, 'accountId'>,
  among: { parentId: string } | { id: string },
): Promise<string[]> {
  const query = db
    .selectFrom('favourites')
    .innerJoin('nodes', 'nodes.id', 'favourites.nodeId')
    .select('nodes.id')
    .where('favourites.accountId', '=', accountId);
  const rows = await ('id' in among
    ? query.where('nodes.id', '=', among.id)
    : query.where('nodes.parentId', '=', among.parentId)
  ).execute();
  return rows.map(({ id }) => id);
}
