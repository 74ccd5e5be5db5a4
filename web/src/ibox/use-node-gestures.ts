import type { Node } from '@diwan/protocol/ibox.ts';
import { type DragEvent, type MouseEvent, type PointerEvent, useEffect, useRef } from 'react';
import type { Browse } from './browse.ts';
import { useDropTarget } from './use-node-drag.tsx';

const longPressMs = 450;
/** A finger never rests quite still. */
const stillPixels = 10;

/** What mouse and finger do to a node, whether it is a row or a tile. A long press begins to select; then a tap selects too. */
export function useNodeGestures(node: Node, browse: Browse) {
  const { selection, drag, onSelect, onAction, onMenu } = browse;
  const chosen = selection.chosen.has(node.id);
  const drop = useDropTarget(node.kind === 'folder' ? node.id : undefined, drag);
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number; held: boolean }>(undefined);
  useEffect(() => () => clearTimeout(press.current?.timer), []);

  const onClick = (event: MouseEvent) => {
    if (press.current?.held) {
      press.current = undefined;
      event.preventDefault();
      return;
    }
    const selecting = selection.chosen.size > 0;
    const finger = isFinger(event);
    // A button or link in the row acts by itself, but for the name of a file while a finger is selecting.
    if (isControl(event.target) && !(finger && selecting && isName(event.target))) return;
    if (finger && !selecting) return onAction('open', node);
    event.preventDefault();
    const how = event.shiftKey ? 'range' : finger || event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    onSelect({ pick: node.id, how });
  };
  const onContextMenu = (event: MouseEvent) => {
    event.preventDefault();
    if (isFinger(event)) return;
    onMenu(node, { x: event.clientX, y: event.clientY });
  };
  const letGo = () => clearTimeout(press.current?.timer);
  return {
    chosen,
    over: drop.over,
    dragged: drag.dragged.some(({ id }) => id === node.id),
    handlers: {
      ...drop.handlers,
      draggable: true,
      onClickCapture: (event: MouseEvent) => {
        // While a finger selects, no name opens.
        if (isFinger(event) && (press.current?.held || selection.chosen.size > 0) && isName(event.target)) {
          event.stopPropagation();
          onClick(event);
        }
      },
      onClick,
      onDoubleClick: (event: MouseEvent) => !isControl(event.target) && onAction('open', node),
      onContextMenu,
      onPointerDown: (event: PointerEvent) => {
        letGo();
        press.current = undefined;
        if (event.pointerType !== 'touch') return;
        const begun = { x: event.clientX, y: event.clientY, held: false, timer: setTimeout(() => hold(), longPressMs) };
        const hold = () => {
          begun.held = true;
          onSelect({ pick: node.id, how: 'toggle' });
          navigator.vibrate?.(15);
        };
        press.current = begun;
      },
      onPointerMove: (event: PointerEvent) => {
        const begun = press.current;
        if (begun && Math.hypot(event.clientX - begun.x, event.clientY - begun.y) > stillPixels) letGo();
      },
      onPointerUp: letGo,
      onPointerCancel: letGo,
      onDragStart: (event: DragEvent) => {
        // A long press of a finger selects instead.
        if (press.current) return event.preventDefault();
        if (!chosen) onSelect({ pick: node.id, how: 'only' });
        drag.start(event, chosen ? browse.nodes.filter(({ id }) => selection.chosen.has(id)) : [node]);
      },
      onDragEnd: drag.end,
    },
  };
}

const isFinger = (event: MouseEvent): boolean =>
  'pointerType' in event.nativeEvent && event.nativeEvent.pointerType === 'touch';
const isControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('a, button, input, label') !== null;
const isName = (target: EventTarget): boolean => target instanceof Element && target.closest('[data-name]') !== null;
