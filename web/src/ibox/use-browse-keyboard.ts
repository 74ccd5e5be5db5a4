import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { directionOf, useLanguage } from '../locales/i18n.ts';
import { type Browse, placeOf } from './browse.ts';
import { keyCommand } from './browse-keys.ts';
import { isTyping, nothingTyped, placeTyped, withLetter } from './type-ahead.ts';

/**
 * One stop of the Tab key for a whole list or grid, arrows inside, as in a file manager. What has the keyboard bears `data-id`.
 * @param layout nodes side by side, and rows in sight
 * @param scrollTo brings the node of this place into sight
 */
export function useBrowseKeyboard(
  browse: Browse,
  body: RefObject<HTMLElement | null>,
  layout: { columns: number; rows: number },
  scrollTo: (index: number) => void,
) {
  const rtl = directionOf(useLanguage()) === 'rtl';
  const typed = useRef(nothingTyped);
  const { nodes, selection, onSelect, onAction, onMenu, onUndo } = browse;
  const stop = selection.active ?? nodes[0]?.id;
  const stopIndex = nodes.findIndex(({ id }) => id === stop);
  const elementOf = (id: string) => body.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);

  // The focus follows the keyboard's place, but is never drawn into the list from elsewhere.
  const place = useRef({ scrollTo, stopIndex });
  place.current = { scrollTo, stopIndex };
  const { active } = selection;
  useEffect(() => {
    const element =
      active === null ? null : body.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(active)}"]`);
    if (!element || !body.current?.contains(document.activeElement)) return;
    if (!element.contains(document.activeElement)) element.focus({ preventScroll: true });
    place.current.scrollTo(place.current.stopIndex);
  }, [active, body]);

  const onKeyDown = (event: KeyboardEvent) => {
    const node = nodes[stopIndex];
    const now = performance.now();
    const command = keyCommand(event, { ...layout, rtl }, isTyping(typed.current, now));
    const inside = !(event.target instanceof HTMLElement && event.target.dataset.id !== undefined);
    // What stands inside has these keys for itself.
    if (command === undefined || (inside && (event.key === ' ' || event.key === 'Enter'))) return;
    if (typeof command === 'string' || !('type' in command)) typed.current = nothingTyped;
    if (command === 'undo') onUndo();
    else if (command === 'menu') {
      const element = stop === undefined ? null : elementOf(stop);
      if (node && element) onMenu(node, placeOf(element));
    } else if ('select' in command) onSelect(command.select);
    else if ('act' in command) node && onAction(command.act, node);
    else {
      typed.current = withLetter(typed.current, command.type, now);
      const found =
        nodes[
          placeTyped(
            nodes.map(({ name }) => name),
            stopIndex,
            typed.current.letters,
          )
        ];
      if (found) onSelect({ pick: found.id, how: 'only' });
    }
    event.preventDefault();
  };
  return { stop, stopIndex, onKeyDown };
}
