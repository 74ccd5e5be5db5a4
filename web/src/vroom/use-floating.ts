import { useEffect, useState } from 'react';
import { canFloatButtons, openFloatingWindow } from './floating.ts';

export type Floating = { kind: 'window'; window: Window } | { kind: 'video'; element: HTMLVideoElement };

/** The window above all others, while it is open; it closes with the meeting. */
export function useFloating(track: MediaStreamTrack | null) {
  const [floating, setFloating] = useState<Floating | null>(null);

  useEffect(() => {
    if (floating === null) return;
    const gone = () => setFloating(null);
    const target = floating.kind === 'window' ? floating.window : floating.element;
    const event = floating.kind === 'window' ? 'pagehide' : 'leavepictureinpicture';
    target.addEventListener(event, gone);
    return () => {
      target.removeEventListener(event, gone);
      close(floating);
    };
  }, [floating]);

  async function open(): Promise<void> {
    try {
      if (canFloatButtons()) {
        setFloating({ kind: 'window', window: await openFloatingWindow() });
        return;
      }
      if (track === null) return;
      const element = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
      element.srcObject = new MediaStream([track]);
      await element.play();
      await element.requestPictureInPicture();
      setFloating({ kind: 'video', element });
    } catch {
      // The browser may say no: the meeting stays where it is.
    }
  }

  return { floating, toggle: () => (floating === null ? void open() : setFloating(null)) };
}

function close(floating: Floating): void {
  if (floating.kind === 'window') floating.window.close();
  else if (document.pictureInPictureElement === floating.element) void document.exitPictureInPicture();
}
