import type { Node } from '@diwan/protocol/ibox.ts';
import type { Marks, NodeAction } from './node-actions.ts';
import type { Selection, SelectionStep } from './selection.ts';
import type { NodeDrag } from './use-node-drag.tsx';

/** What a list or a grid of nodes shows, and what it asks for. */
export type Browse = {
  label: string;
  nodes: readonly Node[];
  marks: Marks;
  selection: Selection;
  drag: NodeDrag;
  onSelect: (step: SelectionStep) => void;
  onAction: (action: NodeAction, node: Node) => void;
  onMenu: (node: Node, at: Place) => void;
  onUndo: () => void;
};

/** On the screen, in CSS pixels. */
export type Place = { x: number; y: number };

/** Where a menu opens that belongs to an element. */
export const placeOf = (element: Element): Place => {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom };
};
