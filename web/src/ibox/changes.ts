import { FolderCreate, Node, NodePatch } from '@diwan/protocol/ibox.ts';
import { send, tell } from '../wire/http.ts';
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
