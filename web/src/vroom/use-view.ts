import { type RefObject, useEffect } from 'react';
import type { Size } from './model/layout.ts';
import type { Meeting } from './model/meeting.ts';

/** Tells the meeting how large an element shows a producer, and when it is out of sight. */
export function useView(meeting: Meeting, producerId: string | null, ref: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = ref.current;
    if (producerId === null || element === null) return;
    const view = meeting.watch(producerId);
    let inSight = false;
    let size: Size | null = null;
    const tell = () => view.resize(inSight ? size : null);
    const sight = new IntersectionObserver(([entry]) => {
      inSight = entry?.isIntersecting ?? false;
      tell();
    });
    const resize = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      // Beyond 2 device pixels to a point nobody sees the difference of a camera picture.
      const scale = Math.min(window.devicePixelRatio, 2);
      size = { width: width * scale, height: height * scale };
      tell();
    });
    sight.observe(element);
    resize.observe(element);
    return () => {
      sight.disconnect();
      resize.disconnect();
      view.close();
    };
  }, [meeting, producerId, ref]);
}
