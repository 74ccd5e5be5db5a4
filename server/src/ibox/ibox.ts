import type { AccountQuota, AdminQuotas } from '@diwan/protocol/admin.ts';
import type * as contract from '@diwan/protocol/ibox.ts';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { type Archive, openArchive } from './archive/open-archive.ts';
import { packBuffers } from './chunks/buffers.ts';
import { type Collected, collectByTurns, collectOrphans } from './chunks/collect.ts';
import { digestPool } from './chunks/digest-pool.ts';
import { sharedMemory } from './chunks/read-memory.ts';
import { createDav, type Dav } from './dav/dav.ts';
import { type History, openHistory } from './history.ts';
import type { LinkMeans } from './links/link-deps.ts';
import { type Links, openLinks } from './links/links.ts';
import { createPreviews, type Previews } from './previews/previews.ts';
import { defaultLimits, type Limits } from './rules/limits.ts';
import { openShares, type Shares } from './shares/shares.ts';
import { openShown, type ShownFiles } from './shown/shown-files.ts';
import { openSocial, type Social } from './social/social.ts';
import { openTransfer, type Transfer } from './transfer/transfer.ts';
import { listQuotas, setQuota } from './tree/account-quotas.ts';
import { changes } from './tree/changes.ts';
import type { FileTarget } from './tree/commit-file.ts';
import { createFolder } from './tree/create-folder.ts';
import { deleteNode } from './tree/delete-node.ts';
import { listChildren, writeFolderPage } from './tree/list-children.ts';
import { listSpaces } from './tree/list-spaces.ts';
import { type OpenContent, openContent } from './tree/open-content.ts';
import { patchNode } from './tree/patch-node.ts';
import { putAmongOwn } from './tree/put-among-own.ts';
import { type PutOptions, putFile } from './tree/put-file.ts';
import { type FormUpload, putForm } from './tree/put-form.ts';
import { viewNode } from './tree/view-node.ts';

export interface Quotas {
  list(): Promise<AdminQuotas>;
  set(accountId: string, bytes: number | null): Promise<AccountQuota>;
}

/** The room's door: its verbs with what they need. Each verb's file says what it throws. */
export interface Ibox {
  /** The personal space by paths, for WebDAV. */
  dav: Dav;
  listSpaces(actor: Actor): Promise<contract.Space[]>;
  viewNode(actor: Actor, id: string): Promise<contract.NodeView>;
  listChildren(
    actor: Actor,
    id: string,
    page: { after?: string | undefined; limit: number },
  ): Promise<contract.WholeNodePage>;
  /** `listChildren` as the JSON of a NodePage. */
  writeFolderPage(actor: Actor, id: string, page: { after?: string | undefined; limit: number }): Promise<string>;
  createFolder(actor: Actor, input: contract.FolderCreate): Promise<contract.Node>;
  patchNode(actor: Actor, id: string, patch: contract.NodePatch): Promise<contract.Node>;
  deleteNode(actor: Actor, id: string, options: { baseSeq?: number | undefined }): Promise<void>;
  putFile(
    actor: Actor,
    target: FileTarget,
    source: AsyncIterable<Uint8Array>,
    options: PutOptions,
  ): Promise<contract.Node>;
  putForm(
    actor: Actor,
    parentId: string,
    onConflict: 'replace' | 'rename',
    declaredBytes?: number,
  ): Promise<FormUpload>;
  /** What another part of the house made for somebody: see its file. */
  putAmongOwn(
    accountId: string,
    folder: string,
    file: { name: string; mediaType: string; bytes: Uint8Array },
  ): Promise<contract.Node>;
  openContent(actor: Actor, id: string, version?: number): Promise<OpenContent>;
  previews: Previews;
  openArchive(actor: Actor, ids: readonly string[]): Promise<Archive>;
  changes(
    actor: Actor,
    spaceId: string,
    cursor: { epoch?: string | undefined; since: number; limit: number },
  ): Promise<contract.Changes>;
  /** Versions, trash, usage, search and copies. */
  history: History;
  /** Activity, comments, favourites and locks. */
  social: Social;
  /** Folders shared with persons. */
  shares: Shares;
  /** Files that are shown in meetings. */
  shown: ShownFiles;
  /** Files by their chunks. */
  transfer: Transfer;
  /** Sharing by link, with what it needs of other rooms. */
  openLinks(means: LinkMeans): Links;
  /** The room that accounts have, for the operator. */
  quotas: Quotas;
  collectOrphans(now?: number): Promise<Collected>;
  /** Begins what nobody asks for: retention and collection by the clock, new names made known to search. */
  keepHouse(): void;
  /** Ends that, and the hashing threads. */
  close(): Promise<void>;
}

const collectEveryMs = 6 * 3600 * 1000;

export function createIbox(deps: {
  db: Db;
  objects: ObjectStore;
  bus: Bus;
  log: Logger;
  mail: Mailer;
  /** Where the pages are, for addresses in mails. */
  publicUrl: string;
  limits?: Limits;
}): Ibox {
  const { db, objects, bus, log, mail, publicUrl, limits = defaultLimits } = deps;
  const digests = digestPool();
  const room = {
    db,
    objects,
    bus,
    limits,
    buffers: packBuffers(),
    digests,
    readMemory: sharedMemory(digests, objects.longRead),
  };

  const shares = openShares({ ...room, mail, publicUrl, log });
  const history = openHistory(room);

  const previews = createPreviews({ db, objects });
  let collecting: Promise<void> = Promise.resolve();
  function collect(): void {
    collecting = collecting
      .then(async () => {
        log.info(await history.purgeExpired(), 'expired versions and trash purged');
        const collected = await collectByTurns(db, objects);
        if (collected) log.info(collected, 'orphans collected, packs rewritten');
        await previews.collect();
        await history.indexAll();
      })
      .catch((error) => log.error({ err: error }, 'collection failed, will be tried again'));
  }
  let clock: NodeJS.Timeout | undefined;

  return {
    dav: createDav(room),
    listSpaces: (actor) => listSpaces(db, actor),
    viewNode: (actor, id) => viewNode(db, actor, id),
    listChildren: (actor, id, page) => listChildren(db, actor, id, page),
    writeFolderPage: (actor, id, page) => writeFolderPage(db, actor, id, page),
    createFolder: (actor, input) => createFolder(room, actor, input),
    patchNode: (actor, id, patch) => patchNode(room, actor, id, patch),
    deleteNode: (actor, id, options) => deleteNode(room, actor, id, options),
    putFile: (actor, target, source, options) => putFile(room, actor, target, source, options),
    putForm: (actor, parentId, onConflict, declared) => putForm(room, actor, parentId, onConflict, declared),
    putAmongOwn: (accountId, folder, file) => putAmongOwn(room, accountId, folder, file),
    openContent: (actor, id, version) => openContent(room, actor, id, version),
    previews,
    openArchive: (actor, ids) => openArchive(room, actor, ids),
    changes: (actor, spaceId, cursor) => changes(db, actor, spaceId, cursor),
    history,
    shares,
    social: openSocial(room),
    shown: openShown({ ...room, previews }),
    transfer: openTransfer(room),
    openLinks: (means) => openLinks({ ...room, previews, ...means }),
    quotas: {
      list: () => listQuotas(db, limits),
      set: (accountId, bytes) => setQuota(db, accountId, bytes),
    },
    collectOrphans: (now) => collectOrphans(db, objects, now),
    keepHouse() {
      history.followNames();
      collect();
      clock = setInterval(collect, collectEveryMs).unref();
    },
    async close() {
      previews.close();
      clearInterval(clock);
      await collecting;
      await history.close();
      await shares.close();
      await room.digests.close();
    },
  };
}
