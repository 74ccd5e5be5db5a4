import { basename, dirname, join } from 'node:path';
import { noted, type Seen, splitPath } from '../plan/identify.ts';
import type { Surface } from '../plan/narrow.ts';
import { agreedPath, type Incoming, identityOf, type Key } from '../plan/tree.ts';
import type { PairState } from '../state/pair-state.ts';
import type { LocalChange } from './change-local.ts';
import { hold, type Where } from './hold.ts';
import type { ActionOf, Job } from './job.ts';

/**
 * Notes changes of the disk before they are done: a crash before they are noted as done leaves no doubt later whose work it was.
 * @returns what the state is to be told once they are noted
 */
export function noteIncoming(
  { state, ledger }: Job,
  actions: readonly (LocalChange | ActionOf<'download'>)[],
): number | undefined {
  const incoming: Incoming[] = [];
  for (const action of actions) {
    if (action.do === 'set') continue;
    const key = ledger.keyOf(action.key);
    const [B, R] = [state.base.get(key), state.remote.get(key)];
    if (action.do === 'remove') {
      if (B) incoming.push({ ...B, does: 'remove' });
      continue;
    }
    const to = (action.do === 'download' && ledger.spotOf(key)) || action.to;
    const place = { parent: ledger.keyOf(to.parent), name: to.name.normalize('NFC') };
    const isThere = R?.parent === place.parent && R.name === place.name;
    const does = action.do === 'move' ? 'move' : 'place';
    // Elsewhere than on the hub only a content can be agreed on, of a node that was agreed on before.
    if (R && (isThere || (B && does === 'place'))) incoming.push({ ...R, ...place, does });
  }
  return state.expect(incoming);
}

/** A file that was to be moved and has its old name beside the new one: it loses the old. @returns whether there was any */
export async function finishMoves(where: Where, state: PairState): Promise<boolean> {
  const { disk, root, rootId } = where;
  let isDone = false;
  const expected = new Map(state.expected().map((incoming) => [incoming.key, incoming]));
  /** Also in a folder that was made by the same changes. */
  const placeOf = (node: Incoming): string | undefined => {
    const agreed = agreedPath(state.base, rootId, node);
    if (agreed !== undefined || node.parent === null) return agreed;
    const above = expected.get(node.parent);
    const path = above && placeOf(above);
    return path === undefined ? undefined : `${path}/${node.name}`;
  };
  for (const node of expected.values()) {
    const { does } = node;
    const B = state.base.get(node.key);
    const [from, to] = [B && agreedPath(state.base, rootId, B), placeOf(node)];
    if (does !== 'move' || from === undefined || to === undefined || from === to) continue;
    const [old, now] = [disk.look(join(root, from)), disk.look(join(root, to))];
    if (old?.kind !== 'file' || old.links < 2 || !now || identityOf(old.stat) !== identityOf(now.stat)) continue;
    // Two spellings of one name can be found where there is one only.
    const [above, below] = [dirname(join(root, from)), dirname(join(root, to))];
    const names = disk.list(below);
    const isOneFolder = disk.look(above)?.stat.ino === disk.look(below)?.stat.ino;
    if (isOneFolder && !(names.includes(basename(from)) && names.includes(basename(to)))) continue;
    await disk.unlink(await hold(where, join(root, from), ({ ino }) => ino === old.stat.ino));
    isDone = true;
  }
  return isDone;
}

/** Agrees on what was done to the disk and, because of a crash, not noted. What cannot be seen now is asked for again. */
export function claimIncoming(state: PairState, rootId: Key, disk: Surface): void {
  const expected = state.expected();
  if (expected.length === 0) return;
  state.together(() => state.expectOnly(expected.filter((incoming) => !claim(incoming))));

  /** @returns false when it cannot be told yet */
  function claim({ does, ...node }: Incoming): boolean {
    const B = state.base.get(node.key);
    const path = agreedPath(state.base, rootId, node);
    if (path === undefined || (B && B.seq > node.seq)) return true;
    const there = lookFor(path);
    if (there === 'unknown') return false;
    if (does === 'remove') {
      if (B && (there === 'gone' || (B.stat && identityOf(B.stat) !== identityOf(there.stat)))) state.forget(node.key);
    } else if (there === 'gone' || there.kind !== node.kind) return true;
    else if (does === 'move') {
      if (B?.stat && identityOf(B.stat) === identityOf(there.stat))
        state.agree({ ...B, parent: node.parent, name: node.name, seq: node.seq });
    } else if (there.sha256 === node.sha256 && (!B || B.sha256 !== node.sha256)) {
      const { sha256, seq, version } = node;
      state.agree({ ...(B ?? node), sha256, seq, version, stat: noted(there) });
    }
    return true;
  }

  function lookFor(path: string): Seen | 'gone' | 'unknown' {
    const [folder] = splitPath(path);
    if (disk.isThere(folder)) {
      for (const [at] of disk.unknownIn(folder)) if (at === path) return 'unknown';
      return disk.at(path) ?? 'gone';
    }
    return lookFor(folder) === 'gone' ? 'gone' : 'unknown';
  }
}
