import type { Node } from '@diwan/protocol/ibox.ts';

/** What is selected in a list, where the keyboard is, and from where a range is drawn. */
export type Selection = { chosen: ReadonlySet<string>; active: string | null; anchor: string | null };
export const nothingSelected: Selection = { chosen: new Set(), active: null, anchor: null };

export type SelectionStep =
  | { go: -1 | 1 | 'first' | 'last'; extend: boolean }
  | { pick: string; how: 'only' | 'toggle' | 'range' }
  | 'toggle-active'
  | 'all'
  | 'none';

/** The selection after a step, in the list as it is ordered now. */
export function select(selection: Selection, step: SelectionStep, order: readonly string[]): Selection {
  const { chosen, active } = pruned(selection, order);
  if (step === 'all') return { chosen: new Set(order), active: active ?? order[0] ?? null, anchor: selection.anchor };
  if (step === 'none') return { ...nothingSelected, active };
  if (step === 'toggle-active') return active === null ? selection : toggled(chosen, active);
  if ('pick' in step) {
    if (step.how === 'toggle') return toggled(chosen, step.pick);
    if (step.how === 'range') return ranged(selection, step.pick, order);
    return { chosen: new Set([step.pick]), active: step.pick, anchor: step.pick };
  }
  const target = order[targetIndex(step.go, active === null ? -1 : order.indexOf(active), order.length)];
  if (target === undefined) return selection;
  return step.extend ? ranged({ ...selection, active }, target, order) : { chosen, active: target, anchor: target };
}

/** The selection without what is no longer in the list. */
export function pruned(selection: Selection, order: readonly string[]): Selection {
  const present = new Set(order);
  const keep = (id: string | null) => (id !== null && present.has(id) ? id : null);
  return {
    chosen: new Set([...selection.chosen].filter((id) => present.has(id))),
    active: keep(selection.active),
    anchor: keep(selection.anchor),
  };
}

function targetIndex(go: -1 | 1 | 'first' | 'last', from: number, length: number): number {
  if (go === 'first') return 0;
  if (go === 'last') return length - 1;
  if (from === -1) return 0;
  return Math.min(length - 1, Math.max(0, from + go));
}

function toggled(chosen: ReadonlySet<string>, id: string): Selection {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return { chosen: next, active: id, anchor: id };
}

function ranged(selection: Selection, to: string, order: readonly string[]): Selection {
  const anchor = selection.anchor ?? selection.active ?? to;
  const [from, until] = [order.indexOf(anchor), order.indexOf(to)].sort((a, b) => a - b) as [number, number];
  return { chosen: new Set(order.slice(Math.max(0, from), until + 1)), active: to, anchor };
}

/** The files whose names are taken by files of the folder. */
export function clashes<F extends { name: string }>(files: readonly F[], nodes: readonly Node[]): F[] {
  const taken = new Set(nodes.filter((node) => node.kind === 'file').map((node) => nameKey(node.name)));
  return files.filter((file) => taken.has(nameKey(file.name)));
}

/** As the hub compares names: composed, and without regard to case. */
const nameKey = (name: string) => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');

/** How many characters of a file's name to preselect for renaming: all but the extension. */
export function stemLength(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? dot : name.length;
}

export type UploadState = 'waiting' | 'sending' | 'storing' | 'done' | 'failed' | 'cancelled';

/** Which waiting upload may start, at most `limit` at once, first come first served. */
export function nextUpload<U extends { state: UploadState }>(uploads: readonly U[], limit: number): U | undefined {
  return uploads.filter(isRunning).length >= limit ? undefined : uploads.find((upload) => upload.state === 'waiting');
}

export const isRunning = ({ state }: { state: UploadState }): boolean => state === 'sending' || state === 'storing';
export const isUnfinished = (upload: { state: UploadState }): boolean =>
  upload.state === 'waiting' || isRunning(upload);

/** How full an account is: `nearly` from nine tenths on. */
export function fullness(usedBytes: number, quotaBytes: number): { ratio: number; level: 'fine' | 'nearly' | 'full' } {
  const ratio = Math.min(1, usedBytes / quotaBytes);
  return { ratio, level: ratio >= 1 ? 'full' : ratio >= 0.9 ? 'nearly' : 'fine' };
}

/** Whole days until `instant`, counted from `now` (both ms) and never below 0. */
export const daysUntil = (instant: number, now: number): number =>
  Math.max(0, Math.ceil((instant - now) / (24 * 3600 * 1000)));
