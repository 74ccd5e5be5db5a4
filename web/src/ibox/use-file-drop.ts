import type { Node } from '@diwan/protocol/ibox.ts';
import { type DragEvent, useRef, useState } from 'react';
import { pickedByDrop } from './upload/picked.ts';
import { useUpload } from './upload/use-upload.ts';

/** Makes an element take files and folders dropped on it, and sends them into a folder; `over` while they hover. */
export function useFileDrop(folder: Node) {
  const upload = useUpload(folder);
  // Every child that is crossed enters and leaves too.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const leave = (to: number) => {
    depth.current = to;
    setOver(to > 0);
  };
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  const handlers = {
    onDragEnter: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      leave(depth.current + 1);
    },
    onDragOver: (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    },
    onDragLeave: (event: DragEvent) => {
      if (hasFiles(event)) leave(Math.max(0, depth.current - 1));
    },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      leave(0);
      upload(pickedByDrop(event.dataTransfer));
    },
  };
  return { over, handlers };
}
