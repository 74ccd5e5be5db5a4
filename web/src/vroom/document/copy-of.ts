import { hubSignal } from '../hub-signal.ts';
import type { Meeting } from '../model/meeting.ts';
import { type SharedCopy, shareCopy } from './shared-copy.ts';

const known = new WeakMap<Meeting, SharedCopy>();

/** This page's copy of what is written and drawn in a meeting; there from when it is first looked at. */
export function copyOf(meeting: Meeting): SharedCopy {
  const copy = known.get(meeting) ?? shareCopy(meeting, hubSignal);
  known.set(meeting, copy);
  return copy;
}
