import { type DragEvent, useRef, useState } from 'react';

/** Makes an element take files dropped on it; `over` while they hover. Folders are turned away by `onFolder`. */
export function useFileDrop(onFiles: (files: File[]) => void, onFolder: () => void) {
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
      const items = [...event.dataTransfer.items].filter((item) => item.kind === 'file');
      if (items.some((item) => item.webkitGetAsEntry()?.isDirectory)) onFolder();
      const files = items
        .filter((item) => item.webkitGetAsEntry()?.isDirectory !== true)
        .map((item) => item.getAsFile());
      onFiles(files.filter((file) => file !== null));
    },
  };
  return { over, handlers };
}
