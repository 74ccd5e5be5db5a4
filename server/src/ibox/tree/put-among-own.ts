import { Readable } from 'node:stream';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Bytes } from '../chunks/write-content.ts';
import { nameKey, numberedName } from '../rules/names.ts';
import type { Deps } from './change-space.ts';
import { createFolder } from './create-folder.ts';
import { listSpaces } from './list-spaces.ts';
import { childNamed, type NodeRow } from './node-rows.ts';
import { putFile } from './put-file.ts';

const mostFolders = 100;

/**
 * Puts what another part of the house made for somebody into a folder at the top of their own files. Nothing is lost by it: what has
 * that name becomes the version before; if it may not be changed now, the new file takes another name.
 * @throws {HubError} forbidden for an account that is not active; as putFile
 */
export async function putAmongOwn(
  deps: Deps & Bytes,
  accountId: string,
  folder: string,
  file: { name: string; mediaType: string; bytes: Uint8Array },
): Promise<Node> {
  const actor = await ownerOf(deps.db, accountId);
  const parentId = await folderOf(deps, actor, folder);
  const put = (onConflict: 'replace' | 'rename') =>
    putFile(deps, actor, { parentId, name: file.name, onConflict }, Readable.from([file.bytes]), {
      declaredType: file.mediaType,
      declaredBytes: file.bytes.byteLength,
    });
  try {
    return await put('replace');
  } catch (error) {
    if (!(error instanceof HubError) || (error.code !== 'locked' && error.code !== 'name_taken')) throw error;
    return put('rename');
  }
}

async function ownerOf(db: Db, accountId: string): Promise<Actor> {
  const { status, ...person } = await db
    .selectFrom('accounts')
    .select(['id as accountId', 'name', 'email', 'role', 'language', 'status'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  if (status !== 'active') throw new HubError('forbidden', 'not an active account');
  return { ...person, sessionId: 'house', audience: 'web' };
}

/** The folder of this name at the top that nobody else sees; where something else has the name, one beside it. */
async function folderOf(deps: Deps, actor: Actor, name: string): Promise<string> {
  const { db } = deps;
  const own = (await listSpaces(db, actor)).find(({ kind, isOwner }) => kind === 'personal' && isOwner);
  if (!own) throw new HubError('not_found', 'personal space');
  const { rootId } = own;
  for (let number = 1; number <= mostFolders; number++) {
    const numbered = number === 1 ? name : numberedName(name, number);
    const there =
      (await childNamed(db, rootId, nameKey(numbered))) ?? (await makeFolder(deps, actor, rootId, numbered));
    if (there?.kind === 'folder' && there.mountSpaceId === null) return there.id;
  }
  throw new HubError('name_taken', name);
}

/** @returns what has the name; somebody else may have been first */
async function makeFolder(deps: Deps, actor: Actor, parentId: string, name: string): Promise<NodeRow | undefined> {
  await createFolder(deps, actor, { parentId, name }).catch((error) => {
    if (!(error instanceof HubError) || error.code !== 'name_taken') throw error;
  });
  return childNamed(deps.db, parentId, nameKey(name));
}
