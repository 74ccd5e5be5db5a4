import type { Node } from '@diwan/protocol/ibox.ts';

/** Whether nodes that are dragged may be let go on a folder: not in itself, and not where they all are already. */
export const mayDrop = (dragged: readonly Pick<Node, 'id' | 'parentId'>[], folderId: string): boolean =>
  dragged.length > 0 &&
  dragged.every(({ id }) => id !== folderId) &&
  dragged.some(({ parentId }) => parentId !== folderId);

/** The steps of a path that are shown; the others are folded into a menu. The root stays where there is room for it. */
export function foldedPath<S>(steps: readonly S[], room: 'wide' | 'narrow'): { before: S[]; folded: S[]; after: S[] } {
  const [first, last] = room === 'wide' ? [1, 3] : [0, 2];
  if (steps.length <= first + last) return { before: [], folded: [], after: [...steps] };
  return { before: steps.slice(0, first), folded: steps.slice(first, -last), after: steps.slice(-last) };
}
