import type { Node } from '@diwan/protocol/ibox.ts';
import type * as contract from '@diwan/protocol/ibox-history.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';
import type { Deps } from './tree/change-space.ts';
import { copyNode } from './tree/copy-node.ts';
import { indexNames } from './tree/index-names.ts';
import { type Purged, purgeExpired } from './tree/purge.ts';
import { readUsage } from './tree/quota.ts';
import { search } from './tree/search.ts';
import { emptyTrash, listTrash, purgeFromTrash, restoreFromTrash } from './tree/trash.ts';
import { listVersions, restoreVersion } from './tree/versions.ts';

type Page = { before?: number | undefined; limit: number };

/** What a person finds again: older versions, the trash, names; and how much is kept. Each verb's file says what it throws. */
export interface History {
  listVersions(actor: Actor, id: string, page: Page): Promise<contract.VersionPage>;
  restoreVersion(actor: Actor, id: string, version: number, seen: contract.VersionRestore): Promise<Node>;
  listTrash(actor: Actor, spaceId: string, page: Page): Promise<contract.TrashPage>;
  restoreFromTrash(actor: Actor, id: string): Promise<Node>;
  purgeFromTrash(actor: Actor, id: string): Promise<void>;
  emptyTrash(actor: Actor, spaceId: string, options: { upTo?: number | undefined }): Promise<void>;
  readUsage(actor: Actor): Promise<contract.Usage>;
  search(actor: Actor, question: string, limit: number): Promise<contract.SearchResult>;
  copyNode(actor: Actor, id: string, to: contract.NodeCopy): Promise<Node>;
  /** Lets go of what is kept no longer. `now` in ms. */
  purgeExpired(now?: number): Promise<Purged>;
  /** Makes every name known to search that is not yet, in all spaces. */
  indexAll(): Promise<void>;
  /** From now on new names become known to search once their space rests. */
  followNames(): void;
  /** Ends that. */
  close(): Promise<void>;
}

/** How long a space has to rest before its new names are made known to search: a large upload is not slowed down. */
const restMs = 3000;

export function openHistory(room: Deps): History {
  let following: ReturnType<typeof followNames> | undefined;
  return {
    listVersions: (actor, id, page) => listVersions(room.db, actor, id, page),
    restoreVersion: (actor, id, version, seen) => restoreVersion(room, actor, id, version, seen),
    listTrash: (actor, spaceId, page) => listTrash(room.db, actor, spaceId, page, room.limits),
    restoreFromTrash: (actor, id) => restoreFromTrash(room, actor, id),
    purgeFromTrash: (actor, id) => purgeFromTrash(room, actor, id),
    emptyTrash: (actor, spaceId, options) => emptyTrash(room, actor, spaceId, options),
    readUsage: (actor) => readUsage(room.db, actor, room.limits),
    search: (actor, question, limit) => search(room.db, actor, question, limit),
    copyNode: (actor, id, to) => copyNode(room, actor, id, to),
    purgeExpired: (now) => purgeExpired(room.db, room.limits, now),
    indexAll: () => indexAll(room.db),
    followNames() {
      following = followNames(room);
    },
    close: async () => following?.stop(),
  };
}

/** Indexes the names of a space once it rests. What fails is done by the next search, or by indexAll. */
function followNames({ db, bus }: Deps) {
  const resting = new Map<string, NodeJS.Timeout>();
  let indexing: Promise<unknown> = Promise.resolve();
  const end = bus.subscribe('space:changed', ({ spaceId }) => {
    clearTimeout(resting.get(spaceId));
    const timer = setTimeout(() => {
      resting.delete(spaceId);
      indexing = indexing.then(() => indexNames(db, spaceId)).catch(() => undefined);
    }, restMs);
    timer.unref();
    resting.set(spaceId, timer);
  });
  return {
    async stop() {
      end();
      for (const timer of resting.values()) clearTimeout(timer);
      await indexing;
    },
  };
}

async function indexAll(db: Db): Promise<void> {
  for (const { id } of await db.selectFrom('spaces').select('id').execute()) await indexNames(db, id);
}
