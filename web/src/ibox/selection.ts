/** What is selected in a list, where the keyboard is, and from where a range is drawn. */
export type Selection = { chosen: ReadonlySet<string>; active: string | null; anchor: string | null };
export const nothingSelected: Selection = { chosen: new Set(), active: null, anchor: null };

/** How the keyboard goes: by so many places, or to an end. */
export type Go = number | 'first' | 'last';

export type SelectionStep =
  /** `take` selects where it arrives, `walk` leaves what is selected, `extend` draws a range to it. */
  | { go: Go; how: 'take' | 'walk' | 'extend' }
  | { pick: string; how: 'only' | 'toggle' | 'range' }
  | 'toggle-active'
  | 'all'
  | 'none';

/** The selection after a step, in the list as it is ordered now. */
export function select(selection: Selection, step: SelectionStep, order: readonly string[]): Selection {
  const { chosen, active, anchor } = pruned(selection, order);
  if (step === 'all') return { chosen: new Set(order), active: active ?? order[0] ?? null, anchor };
  if (step === 'none') return { ...nothingSelected, active };
  if (step === 'toggle-active') return active === null ? selection : toggled(chosen, active);
  if ('pick' in step) {
    if (step.how === 'toggle') return toggled(chosen, step.pick);
    if (step.how === 'range') return ranged({ chosen, active, anchor }, step.pick, order);
    return only(step.pick);
  }
  const target = order[targetIndex(step.go, active === null ? -1 : order.indexOf(active), order.length)];
  if (target === undefined) return selection;
  if (step.how === 'extend') return ranged({ chosen, active, anchor }, target, order);
  return step.how === 'take' ? only(target) : { chosen, active: target, anchor: target };
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

function targetIndex(go: Go, from: number, length: number): number {
  if (go === 'first') return 0;
  if (go === 'last') return length - 1;
  if (from === -1) return 0;
  return Math.min(length - 1, Math.max(0, from + go));
}

const only = (id: string): Selection => ({ chosen: new Set([id]), active: id, anchor: id });

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
