import { useSyncExternalStore } from 'react';

const subscribe = (listener: () => void) => {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
};

/** Phones of Apple offer it for videos only. */
export const canFillScreen = () => document.fullscreenEnabled;

export function useFullScreen(): boolean {
  return useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
}

/** The whole page, so that menus and announcements stay in sight. */
export function toggleFullScreen(): void {
  const change =
    document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen();
  // The browser may say no; then nothing changes.
  change.catch(() => undefined);
}
