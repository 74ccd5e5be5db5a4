import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { FolderCreate, Node } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import { changeWhere, type Deps, here, type Journal } from './change-space.ts';
import { childNamed, liveFolder, presentedNode } from './node-rows.ts';

/** @throws {HubError} name_invalid, name_taken, not_found */
export async function createFolder(deps: Deps, actor: Actor, input: FolderCreate): Promise<Node> {
  const find = (db: Db) => liveFolder(db, actor, input.parentId);
  return changeWhere(deps, actor, find, (tx, journal) => addFolder(tx, journal, actor, input));
}

/** As createFolder, inside the transaction of a change. */
export async function addFolder(tx: Db, journal: Journal, actor: Actor, input: FolderCreate): Promise<Node> {
  const name = checkedName(input.name);
  const { id: parentId, spaceId } = here(journal, await liveFolder(tx, actor, input.parentId));
  if (await childNamed(tx, parentId, nameKey(name))) throw new HubError('name_taken', name);
  const id = randomUUID();
  await tx
    .insertInto('nodes')
    .values({
      id,
      spaceId,
      parentId,
      kind: 'folder',
      name,
      nameKey: nameKey(name),
      size: 0,
      sha256: null,
      version: 0,
      mediaType: null,
      mtime: null,
      createdAt: journal.now,
      changedAt: journal.now,
      changedBy: actor.accountId,
      seq: await journal.next({ verb: 'created', node: { id, name, parentId } }),
      deletedWith: null,
    })
    .execute();
  return presentedNode(tx, id);
}
