import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Bytes } from '../chunks/write-content.ts';
import { covers, type DavLock, isWithin } from '../rules/dav.ts';
import { checkedName } from '../rules/names.ts';
import { changeSpace, type Deps, type Journal } from '../tree/change-space.ts';
import { commitFile } from '../tree/commit-file.ts';
import { copySubtree } from '../tree/copy-node.ts';
import { createFolder } from '../tree/create-folder.ts';
import { deleteNode, deleteSubtree } from '../tree/delete-node.ts';
import type { NodeRow } from '../tree/node-rows.ts';
import { patchNode } from '../tree/patch-node.ts';
import { type PutOptions, putFile } from '../tree/put-file.ts';
import { readUsage } from '../tree/quota.ts';
import { type Conditions, type Effect, requireConditions, requireUnlocked, submittedTokens } from './conditions.ts';
import { addLock, dropLocks, locksAt, refreshLocks, type WantedLock } from './locks.ts';
import { findPlace, nodeAt, type Place } from './place.ts';
import {
  changeProperties,
  copyProperties,
  type DeadProperty,
  deadProperties,
  type PropertyChange,
} from './properties.ts';

/**
 * The actor's personal space as WebDAV sees it, and the shared ones that show in it: by paths of names, with locks, conditions and dead properties. A change throws
 * not_found, locked (with the locked path), precondition_failed, conflict (what was looked at went meanwhile) and what the verb of the
 * tree throws.
 */
export interface Dav {
  find(actor: Actor, names: string[]): Promise<Place>;
  locks(place: Place): Promise<DavLock[]>;
  /** Of all the actor's spaces; `quotaBytes` is null without a limit. */
  usage(actor: Actor): Promise<{ usedBytes: number; quotaBytes: number | null }>;
  properties(nodeIds: string[]): Promise<Map<string, DeadProperty[]>>;
  /** Conditions of a request that changes nothing. */
  require(actor: Actor, place: Place, conditions: Conditions): Promise<void>;
  put(
    actor: Actor,
    place: Place,
    source: AsyncIterable<Uint8Array>,
    options: PutOptions,
    given: Conditions,
  ): Promise<Node>;
  makeFolder(actor: Actor, place: Place, given: Conditions): Promise<void>;
  remove(actor: Actor, place: Place, given: Conditions): Promise<void>;
  move(actor: Actor, from: Place, to: Place, given: Conditions): Promise<void>;
  copy(actor: Actor, from: Place, to: Place, isDeep: boolean, given: Conditions): Promise<void>;
  patchProperties(actor: Actor, place: Place, changes: PropertyChange[], given: Conditions): Promise<void>;
  /** Where nothing is, an empty file is made first. */
  lock(actor: Actor, place: Place, wanted: WantedLock, given: Conditions): Promise<DavLock>;
  /** @param timeout ms; undefined: as before */
  refresh(actor: Actor, place: Place, timeout: number | undefined, given: Conditions): Promise<DavLock[]>;
  /** @throws {HubError} conflict when the place is not under a lock with this token, forbidden for another account's */
  unlock(actor: Actor, place: Place, token: string): Promise<void>;
}

export function createDav(room: Deps & Bytes): Dav {
  const { db } = room;

  /** The tree's verbs, with what must hold checked in their own transaction. */
  const guarded = (given: Conditions, guard?: Deps['guard']) => ({
    ...room,
    guard,
    lockTokens: submittedTokens(given),
  });

  /** What each change begins with. @returns the locks of the spaces it concerns */
  async function admit(tx: Db, actor: Actor, given: Conditions, touched: [Place, Effect][]): Promise<DavLock[]> {
    const places = touched.map(([place]) => place);
    const locks = await locksAt(tx, places, Date.now());
    for (const [place, effect] of touched) {
      const there = await findPlace(tx, actor, place.names);
      const isSame = there.node?.id === place.node?.id && there.folder?.id === place.folder?.id;
      if (!isSame || there.spaceId !== place.spaceId) throw new HubError('conflict');
      if (place === touched[0]?.[0]) await requireConditions(tx, actor, there, locks, given);
      requireUnlocked(locks, actor, there, effect, submittedTokens(given));
    }
    return locks;
  }

  const effectOn = (place: Place): Effect => (place.node ? 'change' : 'add');

  /** A folder and a name for what is to be there. @throws {HubError} conflict where the folder does not exist (RFC 4918) */
  function targetOf({ folder, names }: Place): { parentId: string; name: string } {
    if (!folder) throw new HubError('conflict', 'the folder does not exist');
    return { parentId: folder.id, name: names.at(-1) as string };
  }

  function fileTarget(place: Place) {
    return place.node ? { nodeId: place.node.id } : ({ ...targetOf(place), onConflict: 'refuse' } as const);
  }

  /** Locks stay where they were taken: what goes away or moves takes none along. */
  const release = (tx: Db, locks: DavLock[], { node }: Place) =>
    dropLocks(
      tx,
      locks.filter((lock) => node && lock.via === 'dav' && isWithin(lock, node.id)),
    );

  async function makeWay(tx: Db, journal: Journal, actor: Actor, locks: DavLock[], to: Place): Promise<void> {
    if (!to.node) return;
    if (to.node.mountSpaceId !== null) throw new HubError('still_shared', 'leaving it is asked for by itself');
    await deleteSubtree(tx, journal, actor, to.node.id);
    await release(tx, locks, to);
  }

  function requireApart(from: Place, to: Place): void {
    const [source, target] = [nodeAt(from), to.node];
    if (to.ids.includes(source.id) || (target && from.ids.includes(target.id))) throw new HubError('move_into_itself');
  }

  return {
    find: (actor, names) => findPlace(db, actor, names),
    locks: (place) => locksAt(db, [place, ...mountedAt(place)], Date.now()),
    usage: (actor) => readUsage(db, actor, room.limits),
    properties: (nodeIds) => deadProperties(db, nodeIds),
    async require(actor, place, conditions) {
      await requireConditions(db, actor, place, await locksAt(db, [place], Date.now()), conditions);
    },

    async put(actor, place, source, options, given) {
      const target = fileTarget(place);
      // Asked before the bytes are taken in, and again when they are.
      const locks = await locksAt(db, [place], Date.now());
      await requireConditions(db, actor, place, locks, given);
      requireUnlocked(locks, actor, place, effectOn(place), submittedTokens(given));
      const deps = guarded(given, async (tx) => {
        await admit(tx, actor, given, [[place, effectOn(place)]]);
      });
      return putFile(deps, actor, target, source, options);
    },

    async makeFolder(actor, place, given) {
      const deps = guarded(given, async (tx) => {
        await admit(tx, actor, given, [[place, 'add']]);
      });
      await createFolder(deps, actor, targetOf(place));
    },

    async remove(actor, place, given) {
      const deps = guarded(given, async (tx) => {
        const locks = await admit(tx, actor, given, [[place, 'remove']]);
        await release(tx, locks, place);
      });
      await deleteNode(deps, actor, nodeAt(place).id, {});
    },

    async move(actor, from, to, given) {
      const target = targetOf(to);
      const isRename = to.node?.id === nodeAt(from).id;
      if (!isRename) requireApart(from, to);
      const deps = guarded(given, async (tx, journals) => {
        const journal = journals(to.spaceId);
        const locks = await admit(tx, actor, given, [
          [from, 'remove'],
          [to, to.node ? 'remove' : 'add'],
        ]);
        await release(tx, locks, from);
        if (!isRename) await makeWay(tx, journal, actor, locks, to);
      });
      await patchNode(deps, actor, nodeAt(from).id, target);
    },

    async copy(actor, from, to, isDeep, given) {
      const target = targetOf(to);
      const source = nodeAt(from);
      requireApart(from, to);
      await changeSpace(guarded(given), actor, to.spaceId, async (tx, journal) => {
        const ontoFile = source.kind === 'file' && to.node?.kind === 'file';
        const locks = await locksAt(tx, [from, to], journal.now);
        await admit(tx, actor, given, [
          [from, 'read'],
          [to, to.node ? (ontoFile ? 'change' : 'remove') : 'add'],
        ]);
        if (!ontoFile) await makeWay(tx, journal, actor, locks, to);
        const copied = ontoFile
          ? new Map([[source.id, await copyContent(tx, journal, actor, source, target)]])
          : await copySubtree(tx, journal, actor, source, named(target), isDeep);
        await copyProperties(tx, copied);
      });
    },

    async patchProperties(actor, place, changes, given) {
      const { id } = nodeAt(place);
      await changeSpace(room, actor, place.spaceId, async (tx) => {
        await admit(tx, actor, given, [[place, 'change']]);
        await changeProperties(tx, id, changes);
      });
    },

    async lock(actor, place, wanted, given) {
      let there = place;
      if (!place.node) {
        await this.put(actor, place, nothing(), {}, given);
        there = await findPlace(db, actor, place.names);
      }
      return changeSpace(room, actor, place.spaceId, async (tx, journal) => {
        const locks = await locksAt(tx, [place], journal.now);
        if (place.node) await requireConditions(tx, actor, there, locks, given);
        const found = await findPlace(tx, actor, place.names);
        if (!there.node || found.node?.id !== there.node.id) throw new HubError('conflict');
        return addLock(tx, journal, actor, found, wanted);
      });
    },

    refresh: (actor, place, timeout, given) =>
      changeSpace(room, actor, place.spaceId, async (tx, journal) => {
        const locks = await locksAt(tx, [place], journal.now);
        await requireConditions(tx, actor, place, locks, given);
        return refreshLocks(tx, journal.now, actor, place, submittedTokens(given), timeout);
      }),

    async unlock(actor, place, token) {
      const lock = (await locksAt(db, [place], Date.now())).find((known) => known.token === token);
      if (!lock || !place.node || !covers(lock, place.ids)) throw new HubError('conflict', 'no such lock here');
      if (lock.accountId !== actor.accountId) throw new HubError('forbidden');
      await dropLocks(db, [lock]);
    },
  };
}

/** What is in a folder in which a shared space shows has locks of its own. */
const mountedAt = ({ node, names }: Place) =>
  node && node.mountSpaceId !== null ? [{ spaceId: node.mountSpaceId, prefix: names }] : [];

const named = (target: { parentId: string; name: string }) => ({ ...target, name: checkedName(target.name) });

/** A file's bytes as the new version of the file of that name; none is copied. @returns the node's id */
async function copyContent(
  tx: Db,
  journal: Journal,
  actor: Actor,
  source: NodeRow,
  target: { parentId: string; name: string },
): Promise<string> {
  const { contentId } = await tx
    .selectFrom('versions')
    .select('contentId')
    .where('nodeId', '=', source.id)
    .where('version', '=', source.version)
    .executeTakeFirstOrThrow();
  const { size, sha256, mtime, executable, mediaType } = source;
  const content = { contentId, size, sha256: sha256 as string };
  const about = { mtime: mtime ?? undefined, executable: executable === 1, declaredType: mediaType ?? undefined };
  return commitFile(tx, journal, actor, { ...target, onConflict: 'replace' }, { ...content, ...about });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
