import { HubError } from '@diwan/protocol/errors.ts';
import type { LinkKind, LinkState } from '@diwan/protocol/ibox-links.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { isUnlocked, type LinkRow, linkState } from '../rules/links.ts';
import { pathTo } from '../tree/ancestors.ts';
import { liveNode, type NodeRow } from '../tree/node-rows.ts';
import type { LinkDeps } from './link-deps.ts';
import { readLinkToken } from './link-token.ts';
import { managedNode } from './managed-node.ts';
import { personBehind } from './person-behind.ts';

/** What a visitor shows: the password's proof, and who they were a moment ago. */
export interface Visitor {
  key: { id: string; generation: number } | undefined;
  /** Random, kept by the visitor's browser: ranges of one download are known by it. */
  visit: string;
}

/** A link that stands, as a visitor found it. */
export interface OpenLink {
  link: LinkRow;
  /** Used up ones are found too: who began a download may end it. */
  state: Extract<LinkState, 'open' | 'used_up'>;
  /** In whose name everything is done: a link gives no more than they may do now. */
  maker: Actor;
  node: NodeRow;
  isUnlocked: boolean;
}

/** @throws {HubError} not_found for what is no link, link_gone for what is one no longer */
export async function findLink(deps: LinkDeps, token: string, key: Visitor['key']): Promise<OpenLink> {
  const id = readLinkToken(token, deps.seal);
  if (id === undefined) throw new HubError('not_found');
  return readLink(deps.db, id, key, deps.now());
}

/** Inside or outside of a transaction. @throws {HubError} not_found, link_gone */
export async function readLink(db: Db, id: string, key: Visitor['key'], now: number): Promise<OpenLink> {
  const link = await db.selectFrom('links').selectAll().where('id', '=', id).executeTakeFirst();
  if (!link) throw new HubError('not_found');
  const state = linkState(link, now);
  if (state === 'revoked' || state === 'expired') throw new HubError('link_gone');
  const maker = await personBehind(db, link.makerId, `link ${id}`);
  if (!maker) throw new HubError('link_gone');
  const node = await managedNode(db, maker, link.nodeId).catch((error) => {
    throw error instanceof HubError ? new HubError('link_gone') : error;
  });
  return { link, state, maker, node, isUnlocked: isUnlocked(link, key) };
}

/**
 * Lets in only whom the link is for, even when it is used up.
 * @throws {HubError} link_password, forbidden for what the other kind of link is for
 */
export function requireUnlocked(found: OpenLink, kind: LinkKind): void {
  if (!found.isUnlocked) throw new HubError('link_password');
  if (found.link.kind !== kind) throw new HubError('forbidden', `a ${found.link.kind} link`);
}

/** @throws {HubError} link_gone for what is used up, link_password, forbidden */
export function requireOpen(found: OpenLink, kind: LinkKind): void {
  if (found.state !== 'open') throw new HubError('link_gone');
  requireUnlocked(found, kind);
}

/**
 * A live node that the link's node is, or holds at whatever depth, asked anew each time: what is moved out is out.
 * @returns it, and the way to it from the link's node, which comes first
 * @throws {HubError} not_found
 */
export async function nodeWithin(db: Db, { maker, node: top }: OpenLink, id: string) {
  const node = await liveNode(db, maker, id);
  // Others' spaces that show there are not the maker's to give.
  if (node.mountSpaceId !== null) throw new HubError('not_found');
  const way = await pathTo(db, id);
  const from = way.findIndex((step) => step.id === top.id);
  if (from < 0) throw new HubError('not_found');
  return { node, path: way.slice(from) };
}
