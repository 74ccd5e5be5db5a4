import { hubSignal } from '../hub-signal.ts';
import type { Meeting } from '../model/meeting.ts';
import { startTogether, type Together } from '../model/together.ts';

const known = new WeakMap<Meeting, Together>();

/** What goes on in this meeting beside its media; one for all that show a part of it. */
export function togetherOf(meeting: Meeting): Together {
  const together = known.get(meeting) ?? startTogether(meeting, hubSignal);
  known.set(meeting, together);
  return together;
}
