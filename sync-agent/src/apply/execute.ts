import { basename, dirname, join } from 'node:path';
import { Node } from '@diwan/protocol/ibox.ts';
import { type Disk, isCode } from '../disk/disk.ts';
import { type Identified, noted, type Seen } from '../plan/identify.ts';
import type { Place } from '../plan/merge.ts';
import { conflictName } from '../plan/names.ts';
import type { Action, Plan } from '../plan/reconcile.ts';
import type { Key, RemoteNode } from '../plan/tree.ts';
import { remoteNode } from '../remote/changes.ts';
import { type Client, Refused, Unreachable } from '../remote/client.ts';
import type { PairState } from '../state/pair-state.ts';
import { makeFolder, moveObject, placeNew, removeObject, replaceFile, Stale } from './change-disk.ts';
import { download, removeTemporary, upload } from './transfer.ts';

export interface Work {
  disk: Disk;
  root: string;
  client: Client;
  state: PairState;
  found: Identified;
  machine: string;
  /** YYYY-MM-DD */
  date: string;
  signal?: AbortSignal | undefined;
  /** Gets the local folders to look at again, also when the pass ends early. */
  touched: Set<string>;
  /** Called before each step: tests stop an agent here, as a crash would. */
  step?: ((action: Action) => void) | undefined;
  /** Called after each step that was done. */
  progress?: ((left: number) => void) | undefined;
}

export interface Outcome {
  done: number;
  /** Steps whose side was not as planned any more. */
  stale: number;
  /** The hub's tree is not as it was known. */
  remoteChanged: boolean;
  failed: { path: string; why: string }[];
}

const TRANSFERS = 4;

/**
 * Does a plan step by step, noting each as soon as it is done. A step whose side has changed is left for the next plan.
 * @throws what stops the whole pass: {Refused} that concerns the account or the hub, {Unreachable}, ENOSPC, abort
 */
export async function execute(plan: Plan, work: Work): Promise<Outcome> {
  const { state, client, disk, root, found } = work;
  const outcome: Outcome = { done: 0, stale: 0, remoteChanged: false, failed: [] };
  const ids = plan.links;
  const keyOf = (key: Key) => ids.get(key) ?? key;
  const seen = new Map<Key, Seen>();
  for (const [key, entry] of found.seen) seen.set(keyOf(key), entry);
  const spots = new Map<Key, { parent: Key; name: string }>();
  for (const [key, path] of found.paths) {
    const node = found.local.get(key);
    if (node?.parent != null) spots.set(keyOf(key), { parent: keyOf(node.parent), name: basename(path) });
  }
  const rootKey = [...found.local.values()].find(({ parent }) => parent === null)?.key ?? '';

  const pathOf = (key: Key): string => {
    if (key === rootKey) return '';
    const spot = spots.get(key);
    if (!spot) throw new Stale(`no place for ${key}`);
    const parent = pathOf(spot.parent);
    return parent === '' ? spot.name : `${parent}/${spot.name}`;
  };
  const placePath = ({ parent, name }: Place) => {
    const folder = pathOf(parent);
    return folder === '' ? name : `${folder}/${name}`;
  };
  const touch = (path: string) => work.touched.add(dirname(path) === '.' ? '' : dirname(path));
  const full = (path: string) => {
    touch(path);
    return join(root, path);
  };
  const seenOf = (key: Key): Seen => {
    const entry = seen.get(key);
    if (!entry) throw new Stale(`not seen: ${key}`);
    return entry;
  };
  /** The hub's id of a node, of one made in this very plan too. */
  const idOf = (key: Key) => {
    const id = keyOf(key);
    if (!state.remote.has(id)) throw new Stale(`not on the hub: ${key}`);
    return id;
  };
  const remoteOf = (key: Key) => state.remote.get(idOf(key)) as RemoteNode;

  /** Notes what both sides now have in common: the place, the content, or both. */
  const settle = (key: Key) => {
    const R = remoteOf(key);
    const entry = seenOf(key);
    const spot = spots.get(key);
    const base = state.base.get(R.key);
    const placed = spot && keyOf(spot.parent) === R.parent && spot.name.normalize('NFC') === R.name;
    const equal = entry.sha256 === R.sha256;
    if (!base && !(placed && equal)) return;
    state.agree({
      ...(base ?? { ...R, stat: null }),
      ...(placed ? { parent: R.parent, name: R.name } : {}),
      ...(equal ? { sha256: R.sha256, stat: noted(entry) } : {}),
      kind: R.kind,
      seq: R.seq,
      version: R.version,
    });
  };
  const adopt = (key: Key, node: RemoteNode) => {
    state.learn(node);
    ids.set(key, node.key);
  };
  const patch = async (key: Key, to: Place) => {
    const { key: id, seq } = remoteOf(key);
    const json = { parentId: idOf(to.parent), name: to.name, baseSeq: seq };
    const path = `/api/ibox/nodes/${encodeURIComponent(id)}`;
    adopt(key, remoteNode(await client.ask(Node, path, { method: 'PATCH', json, signal: work.signal })));
  };

  async function act(action: Action): Promise<void> {
    const { key } = action;
    switch (action.do) {
      case 'agree':
        return settle(key);
      case 'forget':
        return state.forget(key);
      case 'move': {
        if (action.side === 'remote') await patch(key, action.to);
        else {
          const [entry, to] = [seenOf(key), placePath(action.to)];
          const stat = await moveObject(disk, full(pathOf(key)), full(to), entry);
          seen.set(key, { ...entry, stat });
          spots.set(key, action.to);
        }
        if (state.remote.has(keyOf(key))) settle(key);
        return;
      }
      case 'remove': {
        if (action.side === 'local') {
          await removeObject(disk, full(pathOf(key)), seenOf(key));
          state.forget(key);
        } else await removeRemote(key);
        return;
      }
      case 'make-folder': {
        if (action.side === 'local') {
          const path = placePath(action.to);
          const stat = await makeFolder(disk, full(path));
          const { name } = action.to;
          spots.set(key, action.to);
          seen.set(key, { path, parentPath: dirname(path), name, kind: 'folder', stat, settled: true, sha256: null });
        } else {
          const json = { parentId: idOf(action.to.parent), name: action.to.name };
          adopt(
            key,
            remoteNode(await client.ask(Node, '/api/ibox/folders', { method: 'POST', json, signal: work.signal })),
          );
        }
        return settle(key);
      }
      case 'upload': {
        const entry = seenOf(key);
        const [path, sha256] = [full(pathOf(key)), entry.sha256];
        if (sha256 === null) throw new Stale(`not read: ${key}`);
        const replaces = state.remote.get(keyOf(key));
        const to = { parent: replaces ? '' : idOf(action.to.parent), name: action.to.name };
        adopt(key, await upload(work, { path, stat: entry.stat, sha256, to, replaces }));
        return settle(key);
      }
      case 'download':
        return downloadTo(action);
    }
  }

  async function removeRemote(key: Key) {
    const gone = subtree(state.remote, key);
    const baseSeq = Math.max(...gone.map((node) => node.seq));
    const path = `/api/ibox/nodes/${encodeURIComponent(key)}`;
    await client.request(path, { method: 'DELETE', query: { baseSeq }, signal: work.signal });
    state.unlearn(key);
    for (const node of gone) state.forget(node.key);
  }

  async function downloadTo({ key, to, keepAs }: Action & { do: 'download' }) {
    const R = remoteOf(key);
    const old = seen.get(key);
    const path = old ? pathOf(key) : placePath(to);
    const spot = old ? (spots.get(key) as Place) : to;
    if (!old && disk.look(full(path))) throw new Stale(`taken: ${path}`);
    const temporary = await download(work, R);
    try {
      let stat = old?.stat;
      if (!old) stat = await placeNew(disk, temporary, full(path));
      else if (keepAs === undefined) {
        const done = await replaceFile(disk, temporary, full(path), old.stat, () => full(freeCopy(path)));
        stat = done.stat;
        if (done.rescued) state.addConflict({ at: Date.now(), path, copy: basename(done.rescued) });
      } else {
        const copy = join(dirname(path), keepAs);
        state.detach(R.key);
        await moveObject(disk, full(path), full(copy), old);
        state.addConflict({ at: Date.now(), path, copy: keepAs });
        stat = await placeNew(disk, temporary, full(path));
      }
      const name = basename(path);
      // Written a moment ago: it is read once more before its stat is trusted.
      const entry = { path, parentPath: dirname(path), name, kind: 'file', settled: false, sha256: R.sha256 } as const;
      seen.set(key, { ...entry, stat: stat as Seen['stat'] });
      spots.set(key, { parent: spot.parent, name });
    } finally {
      await removeTemporary(disk, temporary);
    }
    settle(key);
  }

  function freeCopy(path: string): string {
    const folder = dirname(path);
    const taken = (name: string) => disk.look(join(root, folder, name)) !== undefined;
    return join(folder, conflictName(basename(path), work.machine, work.date, taken));
  }

  async function attempt(action: Action): Promise<void> {
    work.step?.(action);
    try {
      await act(action);
      outcome.done++;
      work.progress?.(plan.actions.length - outcome.done - outcome.stale - outcome.failed.length);
    } catch (error) {
      if (stopsAll(error) || work.signal?.aborted) throw error;
      if (error instanceof Stale || isCode(error, 'ENOENT', 'ENOTDIR', 'EEXIST')) outcome.stale++;
      else if (error instanceof Refused && isOutdated(error)) {
        outcome.stale++;
        outcome.remoteChanged = true;
      } else outcome.failed.push({ path: describe(action), why: reasonOf(error) });
    }
  }

  const describe = (action: Action) => {
    try {
      return spots.has(action.key) ? pathOf(action.key) : 'to' in action ? placePath(action.to) : action.key;
    } catch {
      return action.key;
    }
  };

  const isTransfer = ({ do: what }: Action) => what === 'upload' || what === 'download';
  for (const action of plan.actions) if (!isTransfer(action) && action.do !== 'forget') await attempt(action);
  const queue = plan.actions.filter(isTransfer).values();
  let stopped = false;
  const worker = async () => {
    for (const action of queue) {
      if (stopped) return;
      await attempt(action).catch((error) => {
        stopped = true;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: TRANSFERS }, worker));
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
  for (const action of plan.actions) if (action.do === 'forget') await attempt(action);
  return outcome;
}

/** Concerns the account, the hub or the disk as a whole, not this one file. */
function stopsAll(error: unknown): boolean {
  if (error instanceof Unreachable || isCode(error, 'ENOSPC', 'EDQUOT', 'EROFS')) return true;
  if (!(error instanceof Refused)) return !(error instanceof Stale) && !(error as NodeJS.ErrnoException).syscall;
  return (
    !isOutdated(error) &&
    !['name_invalid', 'too_large', 'quota_exceeded', 'locked', 'forbidden', 'content_corrupt', 'bad_request'].includes(
      error.code,
    )
  );
}

const isOutdated = ({ code }: Refused) =>
  ['conflict', 'name_taken', 'not_found', 'move_into_itself', 'upload_incomplete'].includes(code);

const reasonOf = (error: unknown) =>
  error instanceof Refused ? error.code : String((error as NodeJS.ErrnoException).code ?? error);

function subtree(tree: ReadonlyMap<Key, RemoteNode>, top: Key): RemoteNode[] {
  const inside = new Set<Key>([top]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const { key, parent } of tree.values())
      if (parent !== null && !inside.has(key) && inside.has(parent)) {
        inside.add(key);
        grew = true;
      }
  }
  return [...inside].flatMap((key) => tree.get(key) ?? []);
}
