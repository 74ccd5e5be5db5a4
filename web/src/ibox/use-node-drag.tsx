import type { Node } from '@diwan/protocol/ibox.ts';
import { type DragEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDrop } from './drop.ts';
import classes from './use-node-drag.module.css';

/** The nodes that are dragged over the page, by the browser's own drag: Esc ends it, and the page scrolls at its edges. */
export type NodeDrag = {
  dragged: readonly Node[];
  start: (event: DragEvent, nodes: readonly Node[]) => void;
  end: () => void;
  onDrop: (folderId: string, copy: boolean) => void;
};

const nodesType = 'application/x-diwan-nodes';

export function useNodeDrag(onDropped: (nodes: readonly Node[], folderId: string, copy: boolean) => void): NodeDrag {
  const { t } = useTranslation('browse');
  const [dragged, setDragged] = useState<readonly Node[]>([]);
  return {
    dragged,
    start(event, nodes) {
      event.dataTransfer.setData(nodesType, nodes.map(({ id }) => id).join());
      event.dataTransfer.effectAllowed = 'copyMove';
      const words = nodes.length === 1 ? (nodes[0]?.name ?? '') : t('dragged', { count: nodes.length });
      showUnderPointer(event, words);
      setDragged(nodes);
    },
    end: () => setDragged([]),
    onDrop(folderId, copy) {
      setDragged([]);
      onDropped(dragged, folderId, copy);
    },
  };
}

/** The browser takes a picture of the label, which is gone again at once. */
function showUnderPointer(event: DragEvent, words: string): void {
  const label = document.createElement('div');
  label.className = classes.label ?? '';
  label.textContent = words;
  document.body.append(label);
  event.dataTransfer.setDragImage(label, -12, -8);
  setTimeout(() => label.remove());
}

/** Makes a folder take what is dragged; `over` while it hovers. Ctrl or Alt copies. Nothing without a folder. */
export function useDropTarget(folderId: string | undefined, drag: NodeDrag | undefined) {
  // Every child that is crossed enters and leaves too.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const takes = folderId !== undefined && drag !== undefined && mayDrop(drag.dragged, folderId);
  const handlers = useMemo(() => {
    const leave = (to: number) => {
      depth.current = Math.max(0, to);
      setOver(depth.current > 0);
    };
    if (!takes) return {};
    return {
      onDragEnter: (event: DragEvent) => {
        event.preventDefault();
        leave(depth.current + 1);
      },
      onDragOver: (event: DragEvent) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = event.ctrlKey || event.altKey ? 'copy' : 'move';
      },
      onDragLeave: () => leave(depth.current - 1),
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        event.stopPropagation();
        leave(0);
        drag.onDrop(folderId, event.ctrlKey || event.altKey);
      },
    };
  }, [takes, folderId, drag]);
  return { over: over && takes, handlers };
}
