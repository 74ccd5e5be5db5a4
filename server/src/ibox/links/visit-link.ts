import { HubError } from '@diwan/protocol/errors.ts';
import type { LinkNodes, LinkNodeView, LinkPage } from '@diwan/protocol/ibox-links.ts';
import type { TextPreview } from '@diwan/protocol/ibox-previews.ts';
import { type Archive, openArchive } from '../archive/open-archive.ts';
import type { Preview } from '../previews/previews.ts';
import { listChildren } from '../tree/list-children.ts';
import type { OpenContent } from '../tree/open-content.ts';
import { openContent } from '../tree/open-content.ts';
import { grantDownload, isGranted } from './grant-download.ts';
import type { LinkDeps } from './link-deps.ts';
import { findLink, nodeWithin, type OpenLink, requireOpen, requireUnlocked, type Visitor } from './open-link.ts';

/** What the link is for; before the password nothing but that there is one. @throws {HubError} not_found, link_gone */
export async function viewLink(deps: LinkDeps, token: string, { key }: Visitor): Promise<LinkPage> {
  return presentLink(await findLink(deps, token, key));
}

export function presentLink(found: OpenLink): LinkPage {
  const { link, node, maker } = found;
  if (found.state !== 'open') throw new HubError('link_gone');
  if (!found.isUnlocked) return { needsPassword: true };
  const { kind, expiresAt, downloadLimit, downloads } = link;
  return {
    needsPassword: false,
    ...{ kind, expiresAt, name: node.name, ownerName: maker.name },
    node: kind === 'read' ? node : null,
    downloadsLeft: downloadLimit === null ? null : downloadLimit - downloads,
  };
}

/** @throws {HubError} as openLink, and not_found for what is not within the link */
export async function viewNodeOfLink(
  deps: LinkDeps,
  token: string,
  { key }: Visitor,
  id: string,
): Promise<LinkNodeView> {
  const found = await findLink(deps, token, key);
  requireOpen(found, 'read');
  return nodeWithin(deps.db, found, id);
}

export async function listChildrenOfLink(
  deps: LinkDeps,
  token: string,
  { key }: Visitor,
  id: string,
  page: { after?: string | undefined; limit: number },
): Promise<LinkNodes> {
  const found = await findLink(deps, token, key);
  requireOpen(found, 'read');
  await nodeWithin(deps.db, found, id);
  const { nodes, next } = await listChildren(deps.db, found.maker, id, page);
  return { nodes: nodes.filter(({ mount }) => !mount), next };
}

/** A file's bytes. The first that are read make it a download. */
export async function openContentOfLink(
  deps: LinkDeps,
  token: string,
  visitor: Visitor,
  id: string,
): Promise<OpenContent> {
  const { found, node, content, download } = await findContent(deps, token, visitor, id);
  const { name, size, sha256, mediaType, createdAt } = content;
  return {
    ...{ name, size, sha256, mediaType, createdAt },
    async send(range, pass) {
      await grantDownload(deps, found, node, download);
      await content.send(range, pass);
    },
    async *read(range) {
      await grantDownload(deps, found, node, download);
      yield* content.read(range);
    },
  };
}

/** The beginning of a text, which is a download too: for most texts it is all of it. */
export async function readTextOfLink(
  deps: LinkDeps,
  token: string,
  visitor: Visitor,
  id: string,
): Promise<TextPreview> {
  const { found, node, download } = await findContent(deps, token, visitor, id);
  const text = await deps.previews.text(found.maker, id);
  await grantDownload(deps, found, node, download);
  return text;
}

async function findContent(deps: LinkDeps, token: string, { key, visit }: Visitor, id: string) {
  const found = await findLink(deps, token, key);
  requireUnlocked(found, 'read');
  const { node } = await nodeWithin(deps.db, found, id);
  const content = await openContent(deps, found.maker, id);
  const download = { visit, what: content.sha256 };
  if (found.state === 'used_up' && !(await isGranted(deps, found, download))) throw new HubError('link_gone');
  return { found, node, content, download };
}

/** A ZIP. @param counts whether the bytes will be asked for */
export async function openArchiveOfLink(
  deps: LinkDeps,
  token: string,
  { key, visit }: Visitor,
  id: string,
  counts: boolean,
): Promise<Archive> {
  const found = await findLink(deps, token, key);
  requireUnlocked(found, 'read');
  const { node } = await nodeWithin(deps.db, found, id);
  const download = { visit, what: `archive of ${id}` };
  if (found.state === 'used_up' && !(await isGranted(deps, found, download))) throw new HubError('link_gone');
  const archive = await openArchive(deps, found.maker, [id], { withMounts: false });
  if (counts) await grantDownload(deps, found, node, download);
  return archive;
}

const small = 256;

/** A picture is no download; where those are counted, only small ones are shown. */
export async function openPictureOfLink(
  deps: LinkDeps,
  token: string,
  { key }: Visitor,
  id: string,
  edge: number,
): Promise<Preview> {
  const found = await findLink(deps, token, key);
  requireOpen(found, 'read');
  await nodeWithin(deps.db, found, id);
  if (found.link.downloadLimit !== null && edge > small)
    throw new HubError('preview_unavailable', 'the downloads of this link are counted');
  return deps.previews.picture(found.maker, id, edge);
}
