import { useEffect } from 'react';

/** Keeps the screen awake while the meeting is on it (https://www.w3.org/TR/screen-wake-lock/), where the browser can. */
export function useWakeLock(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return;
    let over = false;
    let lock: WakeLockSentinel | undefined;
    // A hidden page loses its lock, and asks again when it is back.
    const take = async () => {
      if (document.visibilityState !== 'visible' || (lock !== undefined && !lock.released)) return;
      try {
        const taken = await navigator.wakeLock.request('screen');
        if (over) await taken.release();
        else lock = taken;
      } catch {
        // A battery that is nearly empty comes first.
      }
    };
    void take();
    document.addEventListener('visibilitychange', take);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', take);
      void lock?.release();
    };
  }, []);
}
