import { type RefObject, useEffect, useRef } from 'react';
import { toastProblem } from '../../ui/toast.ts';

const writing = 'input, textarea, select, [contenteditable="true"]';
const withPicture = (data: DataTransfer): boolean => data.files.length > 0 || /<img\b/i.test(data.getData('text/html'));

/** Pictures and files that are pasted or dropped onto the board are refused with a sentence, before Excalidraw sees them. */
export function useRefusedPictures(place: RefObject<HTMLElement | null>, sentence: string): void {
  const latest = useRef(sentence);
  useEffect(() => {
    latest.current = sentence;
  });
  useEffect(() => {
    const refuse = (event: Event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      toastProblem(latest.current);
    };
    const onPaste = (event: ClipboardEvent) => {
      const elsewhere = event.target instanceof Element && event.target.closest(writing) !== null;
      if (!elsewhere && event.clipboardData && withPicture(event.clipboardData)) refuse(event);
    };
    const onDrop = (event: DragEvent) => {
      const inside = event.target instanceof Node && place.current?.contains(event.target);
      if (inside && event.dataTransfer && event.dataTransfer.files.length > 0) refuse(event);
    };
    window.addEventListener('paste', onPaste, true);
    window.addEventListener('drop', onDrop, true);
    return () => {
      window.removeEventListener('paste', onPaste, true);
      window.removeEventListener('drop', onDrop, true);
    };
  }, [place]);
}
