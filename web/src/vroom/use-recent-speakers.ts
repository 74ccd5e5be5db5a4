import { useState } from 'react';
import type { MeetingState } from './model/meeting.ts';
import { afterSpeaker } from './model/scene.ts';

/** Who spoke in this meeting, the last one first, by participant. */
export function useRecentSpeakers({ speakerId, self, others }: MeetingState): readonly string[] {
  const [recent, setRecent] = useState<readonly string[]>([]);
  const next = afterSpeaker(recent, speakerId, [...(self === null ? [] : [self.id]), ...others.map(({ id }) => id)]);
  if (next !== recent) setRecent(next);
  return next;
}
