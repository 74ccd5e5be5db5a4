import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Link, LinkCreate, LinkPatch } from '@diwan/protocol/ibox-links.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { writeActivity } from '../activity/write-activity.ts';
import { type LinkRow, linkState } from '../rules/links.ts';
import { isId, type NodeRow } from '../tree/node-rows.ts';
import type { LinkDeps } from './link-deps.ts';
import { linkToken } from './link-token.ts';
import { managedNode } from './managed-node.ts';

const mostPerNode = 50;
const mostPerPerson = 1000;

/** @throws {HubError} not_found, forbidden, bad_request, conflict when there are too many */
export async function createLink(deps: LinkDeps, actor: Actor, nodeId: string, input: LinkCreate): Promise<Link> {
  const node = await managedNode(deps.db, actor, nodeId);
  const { kind, label, password, expiresAt = null, downloadLimit = null } = input;
  if (kind === 'drop' && node.kind === 'file') throw new HubError('bad_request', 'kind: a file takes no drop link');
  const row = {
    id: randomUUID(),
    nodeId: node.id,
    makerId: actor.accountId,
    kind,
    label,
    passwordHash: password === undefined ? null : await deps.hashPassword(password),
    generation: 1,
    expiresAt,
    downloadLimit,
    downloads: 0,
    uploads: 0,
    createdAt: deps.now(),
    revokedAt: null,
  };
  checkTerms(row, deps.now());
  await deps.db.transaction().execute(async (tx) => {
    // Whoever makes a link of that node waits here, so that each counts what the ones before it have made.
    await tx
      .updateTable('nodes')
      .set((e) => ({ seq: e.ref('seq') }))
      .where('id', '=', node.id)
      .execute();
    const count = await tx
      .selectFrom('links')
      .select((e) => e.fn.countAll<number>().as('of'))
      .where('nodeId', '=', node.id)
      .where('revokedAt', 'is', null)
      .executeTakeFirstOrThrow();
    if (count.of >= mostPerNode) throw new HubError('conflict', `at most ${mostPerNode} links`);
    await tx.insertInto('links').values(row).execute();
    await writeActivity(tx, by(actor, node, deps.now()), [{ verb: 'link_made', node, ...named(row) }]);
  });
  return present(deps, row, node, actor.name);
}

/** Everyone's links to a node, the newest first. @throws {HubError} not_found, forbidden */
export async function listLinks(deps: LinkDeps, actor: Actor, nodeId: string): Promise<Link[]> {
  const node = await managedNode(deps.db, actor, nodeId);
  const rows = await selectLinks(deps.db).where('nodeId', '=', node.id).execute();
  return rows.map(({ makerName, ...row }) => present(deps, row, node, makerName));
}

/** The actor's own links, the newest first, as far as their nodes live and are still the actor's to share. */
export async function listOwnLinks(deps: LinkDeps, actor: Actor): Promise<Link[]> {
  const rows = await selectLinks(deps.db).where('makerId', '=', actor.accountId).limit(mostPerPerson).execute();
  const nodes = new Map<string, NodeRow | undefined>();
  for (const { nodeId } of rows)
    if (!nodes.has(nodeId)) nodes.set(nodeId, await managedNode(deps.db, actor, nodeId).catch(unlessRefused));
  return rows.flatMap(({ makerName, ...row }) => {
    const node = nodes.get(row.nodeId);
    return node ? [present(deps, row, node, makerName)] : [];
  });
}

/** @throws {HubError} not_found, forbidden, bad_request */
export async function patchLink(deps: LinkDeps, actor: Actor, id: string, patch: LinkPatch): Promise<Link> {
  const { link: before } = await managedLink(deps, actor, id);
  const { password, ...plain } = patch;
  const { expiresAt = null, downloadLimit = null } = patch;
  checkTerms({ kind: before.kind, expiresAt, downloadLimit }, deps.now());
  const hash = typeof password === 'string' ? await deps.hashPassword(password) : null;
  await deps.db
    .updateTable('links')
    .set((e) => ({
      // An unchanged column, so that a patch without a field is one too.
      revokedAt: e.ref('revokedAt'),
      ...plain,
      ...(password === undefined ? {} : { passwordHash: hash, generation: e('generation', '+', 1) }),
    }))
    .where('id', '=', id)
    .execute();
  return (await managedLink(deps, actor, id)).presented;
}

/** Ends a link for good; it is listed no longer. @throws {HubError} not_found, forbidden */
export async function revokeLink(deps: LinkDeps, actor: Actor, id: string): Promise<void> {
  const { link, node } = await managedLink(deps, actor, id);
  await endLink(deps, actor, link, node);
}

/** ends every link that somebody made, whatever has become of what it led to. */
export async function revokeLinksOf(deps: LinkDeps, accountId: string): Promise<void> {
  for (const link of await selectLinks(deps.db).where('makerId', '=', accountId).execute()) {
    const node = await deps.db.selectFrom('nodes').selectAll().where('id', '=', link.nodeId).executeTakeFirstOrThrow();
    await endLink(deps, { accountId }, link, node);
  }
}

async function endLink(deps: LinkDeps, who: Pick<Actor, 'accountId'>, link: LinkRow, node: NodeRow): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const ended = await tx
      .updateTable('links')
      .set({ revokedAt: deps.now() })
      .where('id', '=', link.id)
      .where('revokedAt', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (ended) await writeActivity(tx, by(who, node, deps.now()), [{ verb: 'link_revoked', node, ...named(link) }]);
  });
}

const by = ({ accountId }: Pick<Actor, 'accountId'>, { spaceId }: NodeRow, at: number) => ({ spaceId, accountId, at });

/** For the activity. */
export const named = ({ label }: Pick<LinkRow, 'label'>): { about?: string } => (label === '' ? {} : { about: label });

/** @throws {HubError} not_found, forbidden */
export async function managedLink(deps: LinkDeps, actor: Actor, id: string) {
  if (!isId(id)) throw new HubError('not_found');
  const found = await selectLinks(deps.db).where('links.id', '=', id).executeTakeFirst();
  if (!found) throw new HubError('not_found');
  const { makerName, ...link } = found;
  const node = await managedNode(deps.db, actor, link.nodeId);
  return { link, node, presented: present(deps, link, node, makerName) };
}

const selectLinks = (db: Db) =>
  db
    .selectFrom('links')
    .innerJoin('accounts', 'accounts.id', 'links.makerId')
    .selectAll('links')
    .select('accounts.name as makerName')
    .where('revokedAt', 'is', null)
    .orderBy('links.createdAt', 'desc')
    .orderBy('links.id');

function present(deps: LinkDeps, link: LinkRow, node: NodeRow, createdBy: string): Link {
  const { id, nodeId, kind, label, expiresAt, downloadLimit, downloads, uploads, createdAt } = link;
  return {
    ...{ id, nodeId, nodeName: node.name, nodeKind: node.kind },
    ...{ kind, label, expiresAt, downloadLimit, downloads, uploads, createdAt, createdBy },
    url: `${deps.publicUrl}/l/${linkToken(id, deps.seal)}`,
    hasPassword: link.passwordHash !== null,
    state: linkState(link, deps.now()),
  };
}

function checkTerms(link: Pick<LinkRow, 'kind' | 'expiresAt' | 'downloadLimit'>, now: number): void {
  if (link.kind === 'drop' && link.downloadLimit !== null)
    throw new HubError('bad_request', 'downloadLimit: nothing is downloaded by a drop link');
  if (link.expiresAt !== null && link.expiresAt <= now) throw new HubError('bad_request', 'expiresAt: is past');
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof HubError)) throw error;
}
