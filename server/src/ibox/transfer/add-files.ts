import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import type { Journal } from '../tree/change-space.ts';
import { type FileContent, insertFiles, type NewFile } from '../tree/commit-file.ts';
import { liveFolder, type NodeRow, presentNode } from '../tree/node-rows.ts';

export interface WantedFile {
  /** Of its operation in the commit. */
  place: number;
  parentId: string;
  name: string;
  content: FileContent;
}

/**
 * Adds the files whose names are free, all by a few statements: thousands of small files are what a commit is mostly made of.
 * What is not so plain (no such folder, a name that is taken or asked for twice) is left out, for the way that tells why.
 * @returns the nodes that were made, by place
 */
export async function addFiles(
  tx: Db,
  journal: Journal,
  actor: Actor,
  wanted: readonly WantedFile[],
): Promise<Map<number, Node>> {
  const files = await withFreeNames(tx, journal, actor, wanted);
  const made = new Map<number, Node>();
  if (files.length === 0) return made;
  const undo = journal.mark();
  await sql`savepoint files`.execute(tx);
  try {
    const rows = await insertFiles(tx, journal, actor, files);
    for (const [at, { nameKey: _k, ...row }] of rows.entries()) {
      const node = presentNode({ ...row, changedByName: actor.name, mountSpaceId: null, mountRootId: null });
      made.set((files[at] as { place: number }).place, node);
    }
  } catch (error) {
    // One of them is locked, or its bytes are gone: each by itself, then.
    if (!(error instanceof HubError)) throw error;
    await sql`rollback to savepoint files`.execute(tx);
    undo();
    made.clear();
  }
  await sql`release savepoint files`.execute(tx);
  return made;
}

async function withFreeNames(tx: Db, journal: Journal, actor: Actor, wanted: readonly WantedFile[]) {
  const files: (NewFile & { place: number })[] = [];
  for (const [parentId, inFolder] of Map.groupBy(wanted, (file) => file.parentId)) {
    const folder = await unless(() => liveFolder(tx, actor, parentId));
    if (folder?.spaceId !== journal.space.id) continue;
    const byKey = new Map<string, WantedFile>();
    for (const file of inFolder) {
      const name = await unless(async () => checkedName(file.name));
      if (name !== undefined && !byKey.has(nameKey(name))) byKey.set(nameKey(name), { ...file, name });
    }
    for (const key of await takenIn(tx, folder, [...byKey.keys()])) byKey.delete(key);
    for (const { place, name, content } of byKey.values()) files.push({ place, folder, name, content });
  }
  return files;
}

async function takenIn(tx: Db, { id }: NodeRow, keys: string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const taken = await tx
    .selectFrom('nodes')
    .select('nameKey')
    .where('parentId', '=', id)
    .where('nameKey', 'in', keys)
    .where('deletedWith', 'is', null)
    .execute();
  return taken.map(({ nameKey }) => nameKey);
}

async function unless<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HubError) return undefined;
    throw error;
  }
}
