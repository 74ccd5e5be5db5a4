import type { LocalState } from './local-media.ts';
import type { Meeting } from './meeting.ts';
import { afterScore, type Grade, type Standing, scoreOf, unknownStanding, worstOf } from './quality.ts';
import { type Look, lookAt, type Path, type Rates, ratesBetween } from './stats.ts';
import { createStore, type Store } from './store.ts';

/** A stream with its owner's name, as support wants to read it. */
export interface StreamLine extends Rates {
  participantId: string;
  name: string;
  source: string;
}

export interface Quality {
  /** By participant, oneself too; who sends nothing that could tell has none. */
  grades: ReadonlyMap<string, Grade>;
  send: Path | null;
  receive: Path | null;
  lines: readonly StreamLine[];
}

const everyMs = 2000;

/** Looks at the connections of a meeting again and again, until the answered function is called. */
export function watchQuality(meeting: Meeting, local: () => LocalState): { quality: Store<Quality>; stop: () => void } {
  const quality = createStore<Quality>({ grades: new Map(), send: null, receive: null, lines: [] });
  let standings = new Map<string, Standing>();
  let before: { send: Look; receive: Look } | null = null;
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const reports = await meeting.stats();
      if (reports === null) {
        before = null;
        return;
      }
      const atMs = performance.now();
      const now = { send: lookAt(reports.send, atMs), receive: lookAt(reports.receive, atMs) };
      if (before !== null) tell(now, before);
      before = now;
    } catch {
      // A connection that closes meanwhile counts nothing any more.
      before = null;
    } finally {
      looking = false;
    }
  }

  function tell(now: { send: Look; receive: Look }, then: { send: Look; receive: Look }): void {
    const lines = linesOf(meeting, local(), ratesBetween(then.send, now.send), ratesBetween(then.receive, now.receive));
    const { self, others } = meeting.get();
    const next = new Map<string, Standing>();
    for (const id of [...(self === null ? [] : [self.id]), ...others.map((person) => person.id)]) {
      const own = lines.filter(({ participantId }) => participantId === id);
      const rtt = id === self?.id ? now.send.path.rttMs : now.receive.path.rttMs;
      const score = worstOf(own.map((line) => scoreOf(line, rtt)));
      const standing = standings.get(id);
      if (standing === undefined && score === null) continue;
      next.set(id, afterScore(standing ?? unknownStanding, score));
    }
    standings = next;
    const grades = new Map([...next].map(([id, { grade }]) => [id, grade]));
    quality.set({ grades, send: now.send.path, receive: now.receive.path, lines });
  }

  const timer = setInterval(() => void look(), everyMs);
  return { quality, stop: () => clearInterval(timer) };
}

function linesOf(
  meeting: Meeting,
  local: LocalState,
  sent: ReadonlyMap<string, Rates>,
  received: ReadonlyMap<string, Rates>,
): StreamLine[] {
  const { self, others, tracks } = meeting.get();
  const lines: StreamLine[] = [];
  for (const [source, { track }] of Object.entries(local)) {
    const rates = track === null ? undefined : sent.get(track.id);
    if (self !== null && rates !== undefined) lines.push({ ...rates, participantId: self.id, name: self.name, source });
  }
  for (const { id, name, producers } of others) {
    for (const producer of producers) {
      const rates = received.get(tracks.get(producer.id)?.id ?? '');
      // What is paused, here or there, is not bad.
      if (rates === undefined || producer.paused || rates.packets === 0) continue;
      lines.push({ ...rates, participantId: id, name, source: producer.source });
    }
  }
  return lines;
}

/** Whether it is one's own line that is bad: what one sends, or all that comes. */
export function lineIsPoor(grades: ReadonlyMap<string, Grade>, selfId: string | undefined): boolean {
  const others = [...grades].filter(([id]) => id !== selfId);
  const own = selfId === undefined ? undefined : grades.get(selfId);
  return own === 'poor' || (others.length > 0 && others.every(([, grade]) => grade === 'poor'));
}
