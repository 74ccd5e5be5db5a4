import type { Division } from '../model/breakouts.ts';
import type { Meeting } from '../model/meeting.ts';
import { createStore, type Store } from '../model/store.ts';

const known = new WeakMap<Meeting, Store<{ division: Division }>>();

/** How this meeting shall be divided: kept while the panel is closed. */
export function divisionOf(meeting: Meeting, first: () => Division): Store<{ division: Division }> {
  const store = known.get(meeting) ?? createStore({ division: first() });
  known.set(meeting, store);
  return store;
}
