import { HubError } from '@diwan/protocol/errors.ts';
import type { Comment, CommentPage, CommentWrite } from '@diwan/protocol/ibox-social.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { mayManage } from '../rules/permissions.ts';
import { changeWhere, type Deps, here } from '../tree/change-space.ts';
import { liveNode, type NodeRow } from '../tree/node-rows.ts';
import { roleIn } from '../tree/roles.ts';
import { touch } from './touch.ts';

/** What people say about a node, the latest first. @throws {HubError} not_found */
export async function listComments(
  db: Db,
  actor: Actor,
  nodeId: string,
  page: { before?: number | undefined; limit: number },
): Promise<CommentPage> {
  const { spaceId } = await liveNode(db, actor, nodeId);
  let query = selectComments(db)
    .where('nodeId', '=', nodeId)
    .orderBy('comments.id', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('comments.id', '<', page.before);
  const rows = await query.execute();
  const isManager = mayManage({ role: await roleIn(db, actor, spaceId) });
  const comments = rows.slice(0, page.limit).map((row) => present(row, actor, isManager));
  return { comments, next: rows.length > page.limit ? (comments.at(-1)?.id ?? null) : null };
}

export async function countComments(db: Db, nodeId: string): Promise<number> {
  const { count } = await db
    .selectFrom('comments')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('nodeId', '=', nodeId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Whoever may read a node may say something about it. @throws {HubError} not_found */
export function addComment(deps: Deps, actor: Actor, nodeId: string, { text }: CommentWrite): Promise<Comment> {
  const find = (db: Db) => liveNode(db, actor, nodeId);
  return changeWhere(
    deps,
    actor,
    find,
    async (tx, journal) => {
      const node = here(journal, await find(tx));
      const { id } = await tx
        .insertInto('comments')
        .values({ nodeId, accountId: actor.accountId, text, createdAt: journal.now, editedAt: null })
        .returning('id')
        .executeTakeFirstOrThrow();
      journal.tell({ verb: 'commented', node });
      await touch(deps, tx, journal, nodeId, 'comments');
      return presentedComment(tx, actor, id);
    },
    'reader',
  );
}

/** @throws {HubError} forbidden for another's comment, not_found */
export function editComment(deps: Deps, actor: Actor, id: number, { text }: CommentWrite): Promise<Comment> {
  return changeComment(deps, actor, id, async (tx, comment, now) => {
    if (comment.accountId !== actor.accountId) throw new HubError('forbidden', 'another’s comment');
    await tx.updateTable('comments').set({ text, editedAt: now }).where('id', '=', id).execute();
    return presentedComment(tx, actor, id);
  });
}

/** @throws {HubError} forbidden for another's comment, unless the actor manages the space; not_found */
export function deleteComment(deps: Deps, actor: Actor, id: number): Promise<void> {
  return changeComment(deps, actor, id, async (tx, comment) => {
    const isOwn = comment.accountId === actor.accountId;
    if (!isOwn && !mayManage({ role: await roleIn(tx, actor, comment.node.spaceId) }))
      throw new HubError('forbidden', 'another’s comment');
    await tx.deleteFrom('comments').where('id', '=', id).execute();
  });
}

function changeComment<T>(
  deps: Deps,
  actor: Actor,
  id: number,
  change: (tx: Db, comment: { accountId: string; node: NodeRow }, now: number) => Promise<T>,
): Promise<T> {
  const find = async (db: Db) => {
    const comment = await db
      .selectFrom('comments')
      .select(['nodeId', 'accountId'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!comment) throw new HubError('not_found');
    return liveNode(db, actor, comment.nodeId).then((node) => ({ ...comment, node, spaceId: node.spaceId }));
  };
  return changeWhere(
    deps,
    actor,
    find,
    async (tx, journal) => {
      const comment = here(journal, await find(tx));
      const result = await change(tx, comment, journal.now);
      await touch(deps, tx, journal, comment.nodeId, 'comments');
      return result;
    },
    'reader',
  );
}

const selectComments = (db: Db) =>
  db
    .selectFrom('comments')
    .leftJoin('accounts', 'accounts.id', 'comments.accountId')
    .selectAll('comments')
    .select('accounts.name as by');
type Row = Awaited<ReturnType<ReturnType<typeof selectComments>['execute']>>[number];

function present({ accountId, by, ...row }: Row, actor: Actor, isManager: boolean): Comment {
  const isOwn = accountId === actor.accountId;
  return { ...row, by: by ?? '', isOwn, mayDelete: isOwn || isManager };
}

/** One's own. */
async function presentedComment(tx: Db, actor: Actor, id: number): Promise<Comment> {
  return present(await selectComments(tx).where('comments.id', '=', id).executeTakeFirstOrThrow(), actor, false);
}
