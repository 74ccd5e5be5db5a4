import type * as contract from '@diwan/protocol/ibox-links.ts';
import type { TextPreview } from '@diwan/protocol/ibox-previews.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Archive } from '../archive/open-archive.ts';
import type { Preview } from '../previews/previews.ts';
import type { OpenContent } from '../tree/open-content.ts';
import { type Drop, dropFiles } from './drop-files.ts';
import type { LinkDeps } from './link-deps.ts';
import { mailLink } from './mail-link.ts';
import { createLink, listLinks, listOwnLinks, patchLink, revokeLink, revokeLinksOf } from './manage-links.ts';
import type { Visitor } from './open-link.ts';
import { type Guesses, unlockLink } from './unlock-link.ts';
import {
  listChildrenOfLink,
  openArchiveOfLink,
  openContentOfLink,
  openPictureOfLink,
  readTextOfLink,
  viewLink,
  viewNodeOfLink,
} from './visit-link.ts';

/** Sharing by link: what who manages a node does, and what a visitor does, who has no account. Each verb's file says what it throws. */
export interface Links {
  create(actor: Actor, nodeId: string, input: contract.LinkCreate): Promise<contract.Link>;
  list(actor: Actor, nodeId: string): Promise<contract.Link[]>;
  listOwn(actor: Actor): Promise<contract.Link[]>;
  patch(actor: Actor, id: string, patch: contract.LinkPatch): Promise<contract.Link>;
  revoke(actor: Actor, id: string): Promise<void>;
  /** All that the account made. */
  revokeAllOf(accountId: string): Promise<void>;
  mail(actor: Actor, id: string, input: contract.LinkMail): Promise<contract.LinkMailed>;

  view(token: string, visitor: Visitor): Promise<contract.LinkPage>;
  unlock(token: string, password: string, guesses: Guesses, address: string): ReturnType<typeof unlockLink>;
  viewNode(token: string, visitor: Visitor, id: string): Promise<contract.LinkNodeView>;
  listChildren(
    token: string,
    visitor: Visitor,
    id: string,
    page: { after?: string | undefined; limit: number },
  ): Promise<contract.LinkNodes>;
  openContent(token: string, visitor: Visitor, id: string): Promise<OpenContent>;
  readText(token: string, visitor: Visitor, id: string): Promise<TextPreview>;
  openArchive(token: string, visitor: Visitor, id: string, counts: boolean): Promise<Archive>;
  openPicture(token: string, visitor: Visitor, id: string, edge: number): Promise<Preview>;
  drop(token: string, visitor: Visitor, declaredBytes: number): Promise<Drop>;
}

export const openLinks = (deps: LinkDeps): Links => ({
  create: (actor, nodeId, input) => createLink(deps, actor, nodeId, input),
  list: (actor, nodeId) => listLinks(deps, actor, nodeId),
  listOwn: (actor) => listOwnLinks(deps, actor),
  patch: (actor, id, patch) => patchLink(deps, actor, id, patch),
  revoke: (actor, id) => revokeLink(deps, actor, id),
  revokeAllOf: (accountId) => revokeLinksOf(deps, accountId),
  mail: (actor, id, input) => mailLink(deps, actor, id, input),

  view: (token, visitor) => viewLink(deps, token, visitor),
  unlock: (token, password, guesses, address) => unlockLink(deps, token, password, guesses, address),
  viewNode: (token, visitor, id) => viewNodeOfLink(deps, token, visitor, id),
  listChildren: (token, visitor, id, page) => listChildrenOfLink(deps, token, visitor, id, page),
  openContent: (token, visitor, id) => openContentOfLink(deps, token, visitor, id),
  readText: (token, visitor, id) => readTextOfLink(deps, token, visitor, id),
  openArchive: (token, visitor, id, counts) => openArchiveOfLink(deps, token, visitor, id, counts),
  openPicture: (token, visitor, id, edge) => openPictureOfLink(deps, token, visitor, id, edge),
  drop: (token, visitor, declaredBytes) => dropFiles(deps, token, visitor, declaredBytes),
});
