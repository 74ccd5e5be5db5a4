import { useEffect, useRef } from 'react';
import type { LocalMedia } from './model/local-media.ts';
import { type ShortcutId, shortcutOf } from './model/shortcuts.ts';

export type Deeds = Partial<Record<ShortcutId, () => void>>;

const writing = 'input, textarea, select, [contenteditable="true"]';
/** These have keys of their own. */
const busy = `${writing}, [role="menu"], [role="dialog"], [role="listbox"], [data-own-keys]`;
const pressed = 'button, a, summary, [role="button"], [role="menuitem"], video';

/** Keys of a meeting: those that have a deed, but not while somebody writes or a dialog is open. */
export function useShortcuts(deeds: Deeds): void {
  const latest = useRef(deeds);
  useEffect(() => {
    latest.current = deeds;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isIn(event.target, busy)) return;
      const deed = latest.current[shortcutOf(event) ?? ('' as ShortcutId)];
      if (deed === undefined) return;
      event.preventDefault();
      deed();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** While the space bar is held, a microphone that is off is on. */
export function usePushToTalk(media: LocalMedia): void {
  useEffect(() => {
    let talking = false;
    const onDown = (event: KeyboardEvent) => {
      if (event.key !== ' ' || isIn(event.target, busy)) return;
      // Whoever goes from button to button presses them with it; after a click of the mouse it is for talking.
      if (isIn(event.target, pressed) && (event.target as Element).matches(':focus-visible')) return;
      event.preventDefault();
      if (event.repeat || talking || media.get().microphone.on) return;
      talking = true;
      void media.turn('microphone', true);
    };
    const stop = () => {
      if (!talking) return;
      talking = false;
      void media.turn('microphone', false);
    };
    const onUp = (event: KeyboardEvent) => {
      if (event.key !== ' ') return;
      // The end of a press is what makes a button act.
      if (talking) event.preventDefault();
      stop();
    };
    // Let go of in another window, the key is not heard here.
    window.addEventListener('blur', stop);
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    return () => {
      stop();
      window.removeEventListener('blur', stop);
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
    };
  }, [media]);
}

const isIn = (target: EventTarget | null, selector: string) =>
  target instanceof Element && target.closest(selector) !== null;
