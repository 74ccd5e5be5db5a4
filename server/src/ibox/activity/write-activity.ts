import type { ActivityVerb } from '@diwan/protocol/ibox-activity.ts';
import type { Db } from '../../db/database.ts';
import type { Deed } from './deed.ts';

/** In one transaction these are told of a folder's files together: an agent's batch of a thousand is one entry. */
const toldTogether = new Set<ActivityVerb>(['created', 'changed', 'deleted', 'purged']);
const atOnce = 1000;

/**
 * Writes down what was done in a space, in the transaction of what was done: neither is there without the other.
 * @param who accountId null: somebody without an account, by a link
 */
export async function writeActivity(
  tx: Db,
  { spaceId, accountId, at }: { spaceId: string; accountId: string | null; at: number },
  deeds: readonly Deed[],
): Promise<void> {
  if (deeds.length === 0) return;
  const folders = await folderNames(tx, spaceId, deeds);
  const subjects: { activityId: number; nodeId: string; name: string | null }[] = [];
  for (const group of Map.groupBy(deeds, entryOf).values()) {
    const { verb, node, from, about } = group[0] as Deed;
    const named = (id: string | null | undefined) => (folders.has(id ?? '') ? (id ?? null) : null);
    const [folderId, fromFolderId] = [named(node.parentId), named(from?.parentId)];
    const names = new Map(group.map((deed) => [deed.node.id, deed.node.name]));
    const { id: activityId } = await tx
      .insertInto('activity')
      .values({
        ...{ spaceId, at, accountId, verb, nodeId: node.id, name: node.name, count: names.size },
        ...{ folderId, folderName: folders.get(folderId ?? '') ?? null },
        ...{ fromFolderId, fromFolderName: folders.get(fromFolderId ?? '') ?? null },
        ...{ fromName: from?.name ?? null, about: about ?? null },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const [nodeId, name] of names) subjects.push({ activityId, nodeId, name });
    for (const nodeId of new Set([folderId, fromFolderId]))
      if (nodeId !== null && !names.has(nodeId)) subjects.push({ activityId, nodeId, name: null });
  }
  for (let at = 0; at < subjects.length; at += atOnce)
    await tx
      .insertInto('activitySubjects')
      .values(subjects.slice(at, at + atOnce))
      .execute();
}

/** Deeds with the same key are one entry. */
const entryOf = (deed: Deed): unknown =>
  toldTogether.has(deed.verb) && deed.from === undefined ? `${deed.verb}/${deed.node.parentId}` : deed;

/** Of this space alone: its readers are not told what folders of others are called. */
async function folderNames(tx: Db, spaceId: string, deeds: readonly Deed[]): Promise<Map<string, string>> {
  const ids = new Set(deeds.flatMap(({ node, from }) => [node.parentId ?? [], from?.parentId ?? []].flat()));
  const names = new Map<string, string>();
  for (let at = 0; at < ids.size; at += atOnce) {
    const part = [...ids].slice(at, at + atOnce);
    const rows = await tx
      .selectFrom('nodes')
      .select(['id', 'name'])
      .where('id', 'in', part)
      .where('spaceId', '=', spaceId)
      .execute();
    for (const { id, name } of rows) names.set(id, name);
  }
  return names;
}
