import { FolderCreate, Node, NodePatch } from '@diwan/protocol/ibox.ts';
import { CommitAnswer, CommitRequest } from '@diwan/protocol/ibox-chunks.ts';
import { NodeCopy, VersionRestore } from '@diwan/protocol/ibox-history.ts';
import { ensureFreshSession, send, tell } from '../wire/http.ts';
import { localProblem } from '../wire/problem.ts';
import { queryClient } from '../wire/queries.ts';
import { newKey } from './upload/commit-files.ts';

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

/** How far a change of several nodes came: what each has become, and what stopped the others. */
export type Outcome = { done: { node: Node; now: Node | null }[]; failed: { node: Node; error: unknown }[] };

export const moveNodes = (nodes: readonly Node[], parentId: string) => each(nodes, (node) => patch(node, { parentId }));

/** Takes a move back: what has been moved on meanwhile is refused with `conflict`. */
export const moveBack = ({ done }: Outcome) =>
  each(
    done.map(({ now }) => now).filter((now) => now !== null),
    (now) => {
      const before = done.find(({ node }) => node.id === now.id)?.node;
      return patch(now, { parentId: before?.parentId ?? now.parentId ?? '' });
    },
  );

export const copyNodes = (nodes: readonly Node[], parentId: string) =>
  each(nodes, (node) =>
    send('POST', `${pathOf(node.id)}/copy`, { request: NodeCopy, body: { parentId }, answer: Node }),
  );

/** To the trash. Of a folder only the person's word counts: what came into it meanwhile goes too. */
export async function deleteNodes(nodes: readonly Node[]): Promise<Outcome> {
  const files = nodes.filter(({ kind }) => kind === 'file');
  const outcome: Outcome = { done: [], failed: [] };
  for (let from = 0; from < files.length; from += mostOperations) {
    const some = files.slice(from, from + mostOperations);
    const answers = await commitDeletes(some).catch((error: unknown) => some.map(() => error));
    answers.forEach((answer, index) => {
      const node = some[index] as Node;
      if (answer === null) outcome.done.push({ node, now: null });
      else outcome.failed.push({ node, error: answer });
    });
  }
  const rest = await each(
    nodes.filter(({ kind }) => kind === 'folder'),
    (node) => tell('DELETE', pathOf(node.id)).then(() => null),
  );
  return { done: [...outcome.done, ...rest.done], failed: [...outcome.failed, ...rest.failed] };
}

export const restoreNodes = ({ done }: Outcome) =>
  each(
    done.map(({ node }) => node),
    (node) => send('POST', `${trashPath(node.id)}/restore`, { answer: Node }),
  );

const mostOperations = 1000;

/** Deletes files of one space together; answers null or the problem of each. */
async function commitDeletes(files: readonly Node[]): Promise<unknown[]> {
  const space = files[0]?.spaceId ?? '';
  const operations = files.map(({ id, seq }) => ({ op: 'delete' as const, id, baseSeq: seq }));
  const { outcomes } = await send('PUT', `/api/ibox/spaces/${encodeURIComponent(space)}/commits/${newKey()}`, {
    request: CommitRequest,
    body: { operations },
    answer: CommitAnswer,
  });
  return outcomes.map((one) => (one.ok ? null : localProblem(one.code, 409)));
}

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

const atOnce = 4;

/** Does the same to each, a few at once; the outcome keeps their order. */
async function each(nodes: readonly Node[], act: (node: Node) => Promise<Node | null>): Promise<Outcome> {
  const results: PromiseSettledResult<Node | null>[] = [];
  for (let from = 0; from < nodes.length; from += atOnce)
    results.push(...(await Promise.allSettled(nodes.slice(from, from + atOnce).map(act))));
  await refresh();
  const outcome: Outcome = { done: [], failed: [] };
  results.forEach((result, index) => {
    const node = nodes[index] as Node;
    if (result.status === 'fulfilled') outcome.done.push({ node, now: result.value });
    else outcome.failed.push({ node, error: result.reason });
  });
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
