import type { Node } from '@diwan/protocol/ibox.ts';
import { useMemo, useState } from 'react';
import { nothingSelected, pruned, type SelectionStep, select } from './selection.ts';

/** What is selected among nodes that come, go and change their order meanwhile. */
export function useSelection(nodes: readonly Node[]) {
  const order = useMemo(() => nodes.map(({ id }) => id), [nodes]);
  const [kept, setKept] = useState(nothingSelected);
  const selection = useMemo(() => pruned(kept, order), [kept, order]);
  const chosen = useMemo(() => nodes.filter(({ id }) => selection.chosen.has(id)), [nodes, selection]);
  return { selection, chosen, onSelect: (step: SelectionStep) => setKept((before) => select(before, step, order)) };
}
