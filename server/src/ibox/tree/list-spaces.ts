import { randomUUID } from 'node:crypto';
import type { Space } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { nameKey } from '../rules/names.ts';

/** The actor's spaces; the first question makes the personal one. */
export async function listSpaces(db: Db, actor: Actor): Promise<Space[]> {
  const spaces = await ownSpaces(db, actor);
  if (spaces.some(({ kind }) => kind === 'personal')) return spaces;
  await createPersonalSpace(db, actor);
  return ownSpaces(db, actor);
}

const ownSpaces = (db: Db, actor: Actor): Promise<Space[]> =>
  db
    .selectFrom('spaces')
    .select(['id', 'kind', 'name', 'rootId', 'epoch', 'seq', 'usedBytes'])
    .where('ownerId', '=', actor.accountId)
    .orderBy('createdAt')
    .execute();

async function createPersonalSpace(db: Db, actor: Actor): Promise<void> {
  const space = {
    id: randomUUID(),
    rootId: randomUUID(),
    epoch: randomUUID(),
    kind: 'personal',
    name: actor.name,
  } as const;
  const now = Date.now();
  await db.transaction().execute(async (tx) => {
    const made = await tx
      .insertInto('spaces')
      .values({ ...space, ownerId: actor.accountId, seq: 1, usedBytes: 0, createdAt: now })
      .onConflict((c) => c.doNothing())
      .returning('id')
      .executeTakeFirst();
    // Another request was first.
    if (!made) return;
    await tx
      .insertInto('nodes')
      .values({
        id: space.rootId,
        spaceId: space.id,
        parentId: null,
        kind: 'folder',
        name: space.name,
        nameKey: nameKey(space.name),
        size: 0,
        sha256: null,
        version: 0,
        mediaType: null,
        mtime: null,
        createdAt: now,
        changedAt: now,
        changedBy: actor.accountId,
        seq: 1,
        deletedWith: null,
      })
      .execute();
  });
}
