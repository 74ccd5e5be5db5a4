import { useEffect, useState } from 'react';
import type { LocalMedia } from './model/local-media.ts';
import type { Meeting } from './model/meeting.ts';
import { type Quality, watchQuality } from './model/quality-watch.ts';

const nothing: Quality = { grades: new Map(), send: null, receive: null, lines: [] };

/** How everybody is received now, looked at every other second. */
export function useQuality(meeting: Meeting, media: LocalMedia): Quality {
  const [quality, setQuality] = useState(nothing);
  useEffect(() => {
    const watch = watchQuality(meeting, media.get);
    watch.quality.subscribe(() => setQuality(watch.quality.get()));
    return watch.stop;
  }, [meeting, media]);
  return quality;
}
