import { basename, dirname, join } from 'node:path';
import type { Identified, Seen } from '../plan/identify.ts';
import { noted } from '../plan/identify.ts';
import type { Place } from '../plan/merge.ts';
import type { Action, Plan } from '../plan/reconcile.ts';
import type { Key, RemoteNode } from '../plan/tree.ts';
import type { PairState } from '../state/pair-state.ts';
import { Stale } from './hold.ts';

/** Where everything is while a plan is being done: both sides as they are after the steps done so far. */
export interface Ledger {
  /** The hub's id of a node, once it has one. */
  keyOf(key: Key): Key;
  /** @throws {Stale} when it has no place any more */
  pathOf(key: Key): string;
  placePath(place: Place): string;
  /** A path on the disk; its folder is looked at again after the pass. */
  full(path: string): string;
  spotOf(key: Key): Place | undefined;
  find(key: Key): Seen | undefined;
  /** @throws {Stale} when there is no such file or folder */
  seenOf(key: Key): Seen;
  /** The hub's id of a node, of one made in this very plan too. @throws {Stale} when the hub has none */
  idOf(key: Key): Key;
  remoteOf(key: Key): RemoteNode;
  /** What now lies on the disk for a node. */
  put(key: Key, entry: Seen, spot: Place): void;
  /** Learns a node as the hub answered it. */
  adopt(key: Key, node: RemoteNode): void;
  /** Notes what both sides now have in common: the place, the content, or both. To be called once it is durable. */
  settle(key: Key): void;
  describe(action: Action): string;
}

export function openLedger(
  plan: Plan,
  { state, found, root, touched }: { state: PairState; found: Identified; root: string; touched: Set<string> },
): Ledger {
  const ids = plan.links;
  const keyOf = (key: Key) => ids.get(key) ?? key;
  const seen = new Map<Key, Seen>();
  for (const [key, entry] of found.seen) seen.set(keyOf(key), entry);
  const spots = new Map<Key, Place>();
  for (const [key, path] of found.paths) {
    const node = found.local.get(key);
    if (node?.parent != null) spots.set(keyOf(key), { parent: keyOf(node.parent), name: basename(path) });
  }
  const rootKey = [...found.local.values()].find(({ parent }) => parent === null)?.key ?? '';

  const pathOf = (key: Key): string => {
    if (key === rootKey) return '';
    const spot = spots.get(key) ?? spots.get(keyOf(key));
    if (!spot) throw new Stale(`no place for ${key}`);
    return placePath(spot);
  };
  const placePath = ({ parent, name }: Place) => {
    const folder = pathOf(parent);
    return folder === '' ? name : `${folder}/${name}`;
  };
  const find = (key: Key) => seen.get(key) ?? seen.get(keyOf(key));
  const idOf = (key: Key) => {
    const id = keyOf(key);
    if (!state.remote.has(id)) throw new Stale(`not on the hub: ${key}`);
    return id;
  };
  const remoteOf = (key: Key) => state.remote.get(idOf(key)) as RemoteNode;
  const seenOf = (key: Key) => {
    const entry = find(key);
    if (!entry) throw new Stale(`not seen: ${key}`);
    return entry;
  };
  const spotOf = (key: Key) => spots.get(key) ?? spots.get(keyOf(key));

  return {
    keyOf,
    pathOf,
    placePath,
    find,
    seenOf,
    spotOf,
    idOf,
    remoteOf,
    full(path) {
      touched.add(dirname(path) === '.' ? '' : dirname(path));
      return join(root, path);
    },
    put(key, entry, spot) {
      seen.set(key, entry);
      spots.set(key, spot);
    },
    adopt(key, node) {
      state.learn(node);
      ids.set(key, node.key);
    },
    settle(key) {
      const R = remoteOf(key);
      const entry = seenOf(key);
      const spot = spotOf(key);
      const base = state.base.get(R.key);
      const placed = spot && keyOf(spot.parent) === R.parent && spot.name.normalize('NFC') === R.name;
      const equal = entry.sha256 === R.sha256;
      const sameBit = (entry.executable ?? R.executable) === R.executable;
      if (!base && !(placed && equal)) return;
      state.agree({
        ...(base ?? { ...R, stat: null, executable: null }),
        ...(placed ? { parent: R.parent, name: R.name } : {}),
        ...(equal ? { sha256: R.sha256, stat: noted(entry) } : {}),
        ...(sameBit ? { executable: R.executable } : {}),
        kind: R.kind,
        seq: R.seq,
        version: R.version,
      });
    },
    describe(action) {
      try {
        return spotOf(action.key) ? pathOf(action.key) : 'to' in action ? placePath(action.to) : action.key;
      } catch {
        return action.key;
      }
    },
  };
}
