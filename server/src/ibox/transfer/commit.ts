import { createHash } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { CommitAnswer, type CommitRequest, type Operation, type Outcome } from '@diwan/protocol/ibox-chunks.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { DigestPool } from '../chunks/digest-pool.ts';
import type { Reading } from '../chunks/read-content.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import { changeSpace, type Deps, type Journal } from '../tree/change-space.ts';
import { commitFile } from '../tree/commit-file.ts';
import { addFolder } from '../tree/create-folder.ts';
import { deleteSubtree } from '../tree/delete-node.ts';
import { childNamed, liveNode, presentedNode, readableSpace } from '../tree/node-rows.ts';
import { patchInside } from '../tree/patch-node.ts';
import { setProperties } from '../tree/set-properties.ts';
import { addFiles, type WantedFile } from './add-files.ts';
import { type Built, buildContents } from './build-contents.ts';
import { deleteFiles, type UnwantedFile } from './delete-files.ts';

const answersKeptMs = 24 * 3600 * 1000;

/**
 * Commits a batch of operations in one transaction: those that fit, each whole; the others are answered with their reason.
 * @param key the client's, for this request: asked again, it is answered the same
 * @throws {HubError} not_found, quota_exceeded (nothing is committed then); bad_request when the key was for another request
 */
export async function commit(
  deps: Deps & Reading & { digests: DigestPool },
  actor: Actor,
  spaceId: string,
  key: string,
  request: CommitRequest,
): Promise<CommitAnswer> {
  const { operations } = request;
  const asked = createHash('sha256')
    .update(JSON.stringify([spaceId, request]))
    .digest('hex');
  await readableSpace(deps.db, actor, spaceId);
  const earlier = await findAnswer(deps.db, actor, key, asked);
  if (earlier) return earlier;
  const built = await buildContents(deps, actor, operations);
  return changeSpace(deps, actor, spaceId, async (tx, journal) => {
    const first = await findAnswer(tx, actor, key, asked);
    if (first) return first;
    const outcomes: Outcome[] = [];
    for (const [place, operation] of operations.entries()) {
      // At the first of several files all of them.
      if (operation.op === 'file' && operations[place - 1]?.op !== 'file') {
        const files = filesFrom(operations, place, outcomes, built);
        if (files.length > 1)
          for (const [at, node] of await addFiles(tx, journal, actor, files)) outcomes[at] = { ok: true, node };
      }
      if (operation.op === 'delete' && operations[place - 1]?.op !== 'delete') {
        const files = deletedFrom(operations, place);
        if (files.length > 1)
          for (const at of await deleteFiles(tx, journal, actor, files)) outcomes[at] = { ok: true, node: null };
      }
      outcomes[place] ??= await apart(tx, journal, built.get(place), () =>
        apply(tx, journal, actor, operation, outcomes, built.get(place)),
      );
    }
    const answer = { outcomes };
    if (outcomes.some(({ ok }) => ok)) await keepAnswer(tx, actor, key, asked, answer, journal.now + answersKeptMs);
    return answer;
  });
}

/** The new files that follow each other from a place on, and whose bytes are there. */
function filesFrom(
  operations: readonly Operation[],
  from: number,
  before: readonly Outcome[],
  built: ReadonlyMap<number, Built>,
): WantedFile[] {
  const files: WantedFile[] = [];
  for (let place = from; place < operations.length; place++) {
    const operation = operations[place];
    if (operation?.op !== 'file') break;
    const content = built.get(place);
    const parentId = folderOf(operation.parentId, before);
    if (parentId === undefined || !content || !('contentId' in content)) continue;
    files.push({ place, parentId, name: operation.name, content: { ...content, ...aboutOf(operation) } });
  }
  return files;
}

/** The deletions that follow each other from a place on, of what was there before this commit. */
function deletedFrom(operations: readonly Operation[], from: number): UnwantedFile[] {
  const files: UnwantedFile[] = [];
  for (let place = from; place < operations.length; place++) {
    const operation = operations[place];
    if (operation?.op !== 'delete') break;
    files.push({ place, id: operation.id, baseSeq: operation.baseSeq });
  }
  return files;
}

/** One operation whole or not at all, whatever becomes of the others. */
async function apart(
  tx: Db,
  journal: Journal,
  built: Built | undefined,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  if (built && 'missing' in built) return { ok: false, code: 'upload_incomplete', missing: built.missing };
  if (built && 'wrong' in built) return { ok: false, code: 'upload_incomplete' };
  const undo = journal.mark();
  await sql`savepoint operation`.execute(tx);
  try {
    const outcome = await work();
    await sql`release savepoint operation`.execute(tx);
    return outcome;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    await sql`rollback to savepoint operation`.execute(tx);
    await sql`release savepoint operation`.execute(tx);
    undo();
    return { ok: false, code: error.code };
  }
}

async function apply(
  tx: Db,
  journal: Journal,
  actor: Actor,
  operation: Operation,
  before: readonly Outcome[],
  built: Built | undefined,
): Promise<Outcome> {
  const place = async (id: string) => inSpace(await liveNode(tx, actor, resolved(id, before)), journal);
  switch (operation.op) {
    case 'folder': {
      const { id: parentId } = await place(operation.parentId);
      const { name, onConflict = 'refuse' } = operation;
      const there = onConflict === 'merge' ? await childNamed(tx, parentId, nameKey(checkedName(name))) : undefined;
      if (there?.kind === 'folder') return { ok: true, node: await presentedNode(tx, there.id) };
      return { ok: true, node: await addFolder(tx, journal, actor, { parentId, name }) };
    }
    case 'file':
    case 'replace': {
      const { id } = await place(operation.op === 'file' ? operation.parentId : operation.id);
      const target =
        operation.op === 'file'
          ? { parentId: id, name: operation.name, onConflict: operation.onConflict ?? 'refuse' }
          : { nodeId: id, baseVersion: operation.baseVersion };
      if (!built || !('contentId' in built)) throw new Error('a content was not built');
      const nodeId = await commitFile(tx, journal, actor, target, { ...built, ...aboutOf(operation) });
      return { ok: true, node: await presentedNode(tx, nodeId) };
    }
    case 'move': {
      const { id } = await place(operation.id);
      const { baseSeq, name } = operation;
      const parentId = operation.parentId === undefined ? undefined : resolved(operation.parentId, before);
      return { ok: true, node: await patchInside(tx, only(journal), actor, id, { baseSeq, name, parentId }) };
    }
    case 'set': {
      const { id } = await place(operation.id);
      return { ok: true, node: await setProperties(tx, journal, actor, id, operation) };
    }
    case 'delete': {
      const { id } = await place(operation.id);
      await deleteSubtree(tx, journal, actor, id, operation.baseSeq);
      return { ok: true, node: null };
    }
  }
}

const aboutOf = ({ content }: Extract<Operation, { op: 'file' | 'replace' }>) => {
  const { mtime, executable, mediaType: declaredType } = content;
  return { mtime, executable, declaredType };
};

/** `#N` is the folder that operation N made. */
function resolved(id: string, before: readonly Outcome[]): string {
  const folder = folderOf(id, before);
  if (folder === undefined) throw new HubError('not_found', `operation ${id} made no folder`);
  return folder;
}

function folderOf(id: string, before: readonly Outcome[]): string | undefined {
  if (!id.startsWith('#')) return id;
  const made = before[Number(id.slice(1))];
  return made?.ok ? made.node?.id : undefined;
}

/** To another space by a request of its own, which locks both. */
const only = (journal: Journal) => (spaceId: string) => {
  if (spaceId !== journal.space.id) throw new HubError('bad_request', 'parentId: in another space');
  return journal;
};

/** The lock is one space's: what lies in another is not there. */
function inSpace<T extends { spaceId: string }>(node: T, { space }: Journal): T {
  if (node.spaceId !== space.id) throw new HubError('not_found');
  return node;
}

/** Under the same keys as single requests, told apart by what was asked. */
async function findAnswer(db: Db, { accountId }: Actor, key: string, asked: string): Promise<CommitAnswer | undefined> {
  const kept = await db
    .selectFrom('iboxAnswers')
    .select(['request', 'node'])
    .where('accountId', '=', accountId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (kept && kept.request !== asked) throw new HubError('bad_request', 'this key was for another request');
  return kept && CommitAnswer.parse(JSON.parse(kept.node));
}

async function keepAnswer(
  tx: Db,
  { accountId }: Actor,
  key: string,
  request: string,
  answer: CommitAnswer,
  expiresAt: number,
): Promise<void> {
  const row = { accountId, key, request, node: JSON.stringify(answer), expiresAt };
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('iboxAnswers')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) throw new HubError('bad_request', 'this key was for another request');
}
