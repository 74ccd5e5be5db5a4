import { randomUUID } from 'node:crypto';
import type { Space } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { nameKey } from '../rules/names.ts';

/** The actor's spaces, the personal one first, and those that others share; the first question makes the personal one. */
export async function listSpaces(db: Db, actor: Actor): Promise<Space[]> {
  const spaces = await spacesOf(db, actor);
  if (spaces.some(({ kind }) => kind === 'personal')) return spaces;
  await createPersonalSpace(db, actor);
  return spacesOf(db, actor);
}

async function spacesOf(db: Db, actor: Actor): Promise<Space[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('spaces', 'spaces.id', 'members.spaceId')
    .innerJoin('accounts', 'accounts.id', 'spaces.ownerId')
    .leftJoin('spaces as personal', (j) =>
      j.on('personal.ownerId', '=', actor.accountId).on('personal.kind', '=', 'personal'),
    )
    .leftJoin('nodes as mount', (j) =>
      j.onRef('mount.mountSpaceId', '=', 'spaces.id').onRef('mount.spaceId', '=', 'personal.id'),
    )
    .select(['spaces.id', 'spaces.kind', 'spaces.name', 'spaces.rootId', 'spaces.epoch', 'spaces.seq'])
    .select(['spaces.usedBytes', 'members.role', 'accounts.name as owner', 'spaces.ownerId', 'mount.id as mountId'])
    .where('members.accountId', '=', actor.accountId)
    .orderBy('spaces.kind')
    .orderBy('spaces.createdAt')
    .execute();
  return rows.map(({ ownerId, ...space }) => ({ ...space, isOwner: ownerId === actor.accountId }));
}

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
      .insertInto('members')
      .values({ spaceId: space.id, accountId: actor.accountId, role: 'manager', since: now, invitedBy: null })
      .execute();
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
