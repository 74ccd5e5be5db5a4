import type { Participant } from '@diwan/protocol/vroom.ts';
import { describe, expect, it } from 'vitest';
import { afterEvent, type RosterEvent, rosterOf } from './roster.ts';

const person = (id: string, joinedAt: number): Participant => ({
  id,
  accountId: `account-${id}`,
  name: id.toUpperCase(),
  role: 'participant' as const,
  joinedAt,
  producers: [],
});
const camera = { id: 'cam', kind: 'video', source: 'camera', paused: false } as const;

describe('R-34 the roster', () => {
  const start = rosterOf([person('b', 2), person('a', 1)]);

  it('is in the order of coming', () => {
    expect(start.map(({ id }) => id)).toEqual(['a', 'b']);
    const next = afterEvent(start, { event: 'participant:joined', data: person('c', 3) });
    expect(next.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('is the same when an event comes twice', () => {
    const events: RosterEvent[] = [
      { event: 'participant:joined', data: person('c', 3) },
      { event: 'producer:added', data: { participantId: 'a', producer: camera } },
      { event: 'producer:paused', data: { participantId: 'a', producerId: 'cam', paused: true } },
      { event: 'participant:away', data: { participantId: 'b', away: true } },
      { event: 'producer:removed', data: { participantId: 'a', producerId: 'cam' } },
      { event: 'participant:left', data: { participantId: 'b' } },
    ];
    let roster = start;
    for (const event of events) {
      roster = afterEvent(roster, event);
      expect(afterEvent(roster, event)).toEqual(roster);
    }
    expect(roster.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('takes a returning person as they are now: media of before is gone, and they are no longer away', () => {
    let roster = afterEvent(start, { event: 'producer:added', data: { participantId: 'a', producer: camera } });
    roster = afterEvent(roster, { event: 'participant:away', data: { participantId: 'a', away: true } });
    roster = afterEvent(roster, { event: 'participant:joined', data: person('a', 1) });
    expect(roster[0]).toMatchObject({ id: 'a', away: false, producers: [] });
  });
});
