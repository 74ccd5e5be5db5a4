import type { NodeAction } from './node-actions.ts';
import type { Go, SelectionStep } from './selection.ts';

export type Key = { key: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean };
/** How many nodes stand beside one another, how many rows are in sight, and which way the text runs. */
export type Layout = { columns: number; rows: number; rtl: boolean };
export type KeyCommand = { select: SelectionStep } | { act: NodeAction } | { type: string } | 'menu' | 'undo';

/** What a key means in a list or grid of files; nothing for what is not its own. `typing` while a name is being typed. */
export function keyCommand(pressed: Key, layout: Layout, typing: boolean): KeyCommand | undefined {
  const { key, shiftKey, altKey } = pressed;
  const ctrl = pressed.ctrlKey || pressed.metaKey;
  if (altKey) return undefined;
  const go = goOf(key, layout);
  if (go !== undefined) return { select: { go, how: shiftKey ? 'extend' : ctrl ? 'walk' : 'take' } };
  if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) return 'menu';
  if (key === ' ' && ctrl) return { select: 'toggle-active' };
  if (ctrl) return key === 'a' ? { select: 'all' } : key === 'z' && !shiftKey ? 'undo' : undefined;
  if (key === ' ' && !typing) return { act: 'preview' };
  if (key === 'Enter') return { act: 'open' };
  if (key === 'F2') return { act: 'rename' };
  if (key === 'Delete') return { act: 'delete' };
  if (key === 'Escape') return { select: 'none' };
  // Everything else of one character is a letter of a name.
  return [...key].length === 1 ? { type: key } : undefined;
}

function goOf(key: string, { columns, rows, rtl }: Layout): Go | undefined {
  const forward = rtl ? -1 : 1;
  switch (key) {
    case 'ArrowDown':
      return columns;
    case 'ArrowUp':
      return -columns;
    case 'ArrowRight':
      return columns > 1 ? forward : undefined;
    case 'ArrowLeft':
      return columns > 1 ? -forward : undefined;
    case 'PageDown':
      return columns * rows;
    case 'PageUp':
      return -columns * rows;
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    default:
      return undefined;
  }
}
