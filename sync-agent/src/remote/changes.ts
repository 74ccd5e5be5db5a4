import { Changes, type Node } from '@diwan/protocol/ibox.ts';
import { reached } from '../failpoints.ts';
import type { Key, Mount, RemoteNode } from '../plan/tree.ts';
import type { PairState } from '../state/pair-state.ts';
import type { Client } from './client.ts';

export const remoteNode = (node: Node): RemoteNode => {
  const { id, parentId, name, kind, sha256, seq, version, size, mtime, executable = false } = node;
  return { key: id, parent: parentId, name, kind, sha256, seq, version, size, mtime, executable };
};

/**
 * Brings the hub's tree up to date: all pages or nothing. When the hub was restored from a backup (another epoch) the whole
 * tree is read again and what was agreed before is dropped, so that both sides are merged and nothing is deleted. What went to another
 * space is gone from this one: a file that changed here meanwhile is kept and sent as a new one. A folder that became a shared one
 * stays on this machine as it is, and is not synchronised any more.
 * @returns whether anything changed
 * @throws {Refused | Unreachable}
 */
export async function pullChanges(client: Client, spaceId: string, state: PairState): Promise<boolean> {
  const changed = new Map<Key, RemoteNode>();
  const deleted = new Set<Key>();
  const mounts = new Map<Key, Mount>();
  let { epoch, seq } = state.cursor ?? { epoch: undefined, seq: 0 };
  let fresh = state.cursor === undefined;
  for (;;) {
    const page = await client.ask(Changes, `/api/ibox/spaces/${encodeURIComponent(spaceId)}/changes`, {
      query: { epoch, since: seq, limit: 5000 },
    });
    if (page.reset) {
      changed.clear();
      deleted.clear();
      mounts.clear();
      fresh = true;
      if (epoch === page.epoch && seq === 0) throw new Error('the hub asks for a reset that it was given');
      ({ epoch } = page);
      seq = 0;
      continue;
    }
    for (const node of page.nodes) {
      changed.delete(node.id);
      deleted.delete(node.id);
      mounts.delete(node.id);
      // What shows a shared space is not synchronised: its files are in a journal of their own, and deleting it would be leaving.
      const { id: key, parentId: parent, name, mount } = node;
      if (mount && parent !== null && !node.deleted) mounts.set(key, { key, parent, name, root: mount.rootId });
      if (node.deleted || mount) deleted.add(node.id);
      else changed.set(node.id, remoteNode(node));
    }
    for (const { id } of page.departed ?? []) {
      changed.delete(id);
      deleted.add(id);
    }
    ({ epoch, seq } = page);
    if (!page.more) break;
  }
  reached('changes.answered');
  const isNews = fresh || changed.size > 0 || deleted.size > 0 || seq !== state.cursor?.seq;
  if (isNews) state.advance({ epoch, seq }, [...changed.values()], [...deleted], [...mounts.values()], fresh);
  reached('changes.noted');
  return isNews;
}
