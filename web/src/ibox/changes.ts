import { FolderCreate, Node, NodePatch } from '@diwan/protocol/ibox.ts';
import { NodeCopy, VersionRestore } from '@diwan/protocol/ibox-history.ts';
import { ensureFreshSession, send, tell } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';

const pathOf = (id: string) => `/api/ibox/nodes/${encodeURIComponent(id)}`;
const refresh = () => queryClient.invalidateQueries({ queryKey: ['ibox'] });

export async function createFolder(parentId: string, name: string): Promise<Node> {
  const folder = await send('POST', '/api/ibox/folders', {
    request: FolderCreate,
    body: { parentId, name },
    answer: Node,
  });
  await refresh();
  return folder;
}

/** Refused with `conflict` when the node is no longer as it was seen. */
export async function renameNode(node: Node, name: string): Promise<void> {
  await patch(node, { name }).finally(refresh);
}

/** How far a change of several nodes came, and what stopped the others. */
export type Outcome = { done: Node[]; failed: { node: Node; error: unknown }[] };

export const moveNodes = (nodes: readonly Node[], parentId: string) => each(nodes, (node) => patch(node, { parentId }));

export const deleteNodes = (nodes: readonly Node[]) =>
  each(nodes, (node) =>
    // Of a folder only the person's word counts: what came into it meanwhile goes too, as the question said.
    tell('DELETE', node.kind === 'file' ? `${pathOf(node.id)}?baseSeq=${node.seq}` : pathOf(node.id)),
  );

export const copyNodes = (nodes: readonly Node[], parentId: string) =>
  each(nodes, (node) =>
    send('POST', `${pathOf(node.id)}/copy`, { request: NodeCopy, body: { parentId }, answer: Node }),
  );

/** Makes an old version the newest. Refused with `conflict` when there is a newer one than was seen. */
export async function restoreVersion(node: Node, version: number): Promise<Node> {
  const path = `${pathOf(node.id)}/versions/${version}/restore`;
  const body = { baseVersion: node.version };
  return send('POST', path, { request: VersionRestore, body, answer: Node }).finally(refresh);
}

const trashPath = (id: string) => `/api/ibox/trash/${encodeURIComponent(id)}`;

export const restoreFromTrash = (id: string): Promise<Node> =>
  send('POST', `${trashPath(id)}/restore`, { answer: Node }).finally(refresh);

export const purgeFromTrash = (id: string): Promise<void> => tell('DELETE', trashPath(id)).finally(refresh);

/** Deletes for good what was in the trash up to the journal's number `upTo`. */
export const emptyTrash = (spaceId: string, upTo: number): Promise<void> =>
  tell('DELETE', `/api/ibox/spaces/${encodeURIComponent(spaceId)}/trash?upTo=${upTo}`).finally(refresh);

function patch(node: Node, change: { name?: string; parentId?: string }): Promise<Node> {
  return send('PATCH', pathOf(node.id), { request: NodePatch, body: { ...change, baseSeq: node.seq }, answer: Node });
}

async function each(nodes: readonly Node[], act: (node: Node) => Promise<unknown>): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [] };
  for (const node of nodes) {
    try {
      await act(node);
      outcome.done.push(node);
    } catch (error) {
      outcome.failed.push({ node, error });
    }
  }
  await refresh();
  return outcome;
}

/** Has the browser fetch a file; the session is made fresh first, for a refusal would be saved as the file. */
export async function downloadNode(node: Node, version?: number): Promise<void> {
  await ensureFreshSession();
  const link = document.createElement('a');
  link.href = `${pathOf(node.id)}/content?download=1${version === undefined ? '' : `&version=${version}`}`;
  link.download = node.name;
  link.click();
}
