import type { VroomAnswer } from '@diwan/protocol/vroom.ts';
import type { Breakouts } from '@diwan/protocol/vroom-breakouts.ts';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { localProblem } from '../../wire/problem.ts';
import { asDealt, clockOf, isReady, newDivision, requestOf, withPerson, withRooms } from './breakouts.ts';
import { createLocalMedia } from './local-media.ts';
import { startMeeting } from './meeting.ts';
import { fakeCapture, fakeDevice, scriptedHub } from './scripted-hub.ts';
import { startTogether } from './together.ts';

const nameOf = (place: number) => `Groupe ${place + 1}`;
const settled = (check: () => void) => vi.waitFor(check, { timeout: 5000 });
const one = { id: 'one', name: 'Groupe 1' };
const open = (people: string[]): Breakouts => ({
  rooms: [{ ...one, people, asksForHelp: false }],
  people: [{ id: 'self', name: 'Amina', assigned: 'one' }],
  ...{ choose: false, msLeft: 60_000 },
});

async function inMeeting() {
  const hub = scriptedHub();
  const usual = await hub.signal.call('room:join', { roomId: 'room' });
  hub.calls.length = 0;
  const answer = (more: Partial<VroomAnswer<'room:join'>>) => {
    hub.answers['room:join'] = () => ({ ...usual, ...more });
  };
  answer({});
  const kept = new Map<string, string>();
  const media = createLocalMedia(fakeCapture, {
    load: () => ({ microphoneOn: true, cameraOn: false }),
    save: () => undefined,
  });
  await media.start();
  const meeting = startMeeting({
    ...{ signal: hub.signal, media, device: fakeDevice(hub.signal), roomId: 'room', name: 'Amina' },
    seats: { get: (id) => kept.get(id), set: (id, seat) => kept.set(id, seat), forget: (id) => kept.delete(id) },
  });
  const together = startTogether(meeting, hub.signal);
  await settled(() => expect(hub.count('producer:create')).toBe(1));
  return { hub, meeting, together, answer };
}

describe('R-33 to be brought to a breakout room', () => {
  it('is to join again with the seat: what is on is published there, and the way back is the same', async () => {
    const { hub, meeting, answer } = await inMeeting();
    answer({ breakouts: open(['self']), breakoutId: 'one' });
    hub.tell('breakout:moved', { roomId: 'room', breakout: one });
    expect(meeting.get()).toMatchObject({ moving: { to: one }, others: [] });
    await settled(() => expect(meeting.get()).toMatchObject({ moving: null, breakoutId: 'one', reconnecting: false }));
    expect(hub.calls.filter(({ event }) => event === 'room:join').at(-1)?.request).toMatchObject({ seat: 'seat-1' });
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    expect(meeting.get().breakoutsEnd).toBeGreaterThan(Date.now());

    answer({});
    hub.tell('breakout:moved', { roomId: 'room', breakout: null });
    hub.tell('breakout:changed', { breakouts: null });
    await settled(() => expect(meeting.get()).toMatchObject({ moving: null, breakoutId: null, breakouts: null }));
    await meeting.leave();
  });

  it('concerns the meeting that one is in only', async () => {
    const { hub, meeting } = await inMeeting();
    hub.tell('breakout:moved', { roomId: 'another', breakout: one });
    expect(meeting.get().moving).toBeNull();
    expect(hub.count('room:join')).toBe(1);
    await meeting.leave();
  });

  it('shows the chat of that room, and sends nothing there that was written for another one', async () => {
    const { hub, meeting, together, answer } = await inMeeting();
    await settled(() => expect(together.chat.get().ready).toBe(true));
    hub.answers['chat:send'] = () => {
      throw localProblem('not_in_room', 409);
    };
    together.chat.send('pour tous', null, null);
    await settled(() => expect(hub.count('chat:send')).toBe(1));
    answer({ breakouts: open(['self']), breakoutId: 'one' });
    hub.tell('breakout:moved', { roomId: 'room', breakout: one });
    await settled(() => expect(hub.count('chat:read')).toBe(2));
    expect(hub.calls.filter(({ event }) => event === 'chat:read').at(-1)?.request, 'all of it').toEqual({});
    await settled(() => expect(together.chat.get().ready).toBe(true));
    expect(together.chat.get().drafts).toMatchObject([{ text: 'pour tous', fault: 'not_in_room' }]);
    expect(hub.count('chat:send')).toBe(1);
    await meeting.leave();
  });
});

describe('R-33 what is told in a divided meeting', () => {
  it('words to all rooms stay until they are put away, the last three; a call for help until it is answered', async () => {
    const { hub, meeting, answer } = await inMeeting();
    for (const text of ['un', 'deux', 'trois', 'quatre']) hub.tell('breakout:told', { by: 'Lina', text });
    expect(meeting.get().told.map(({ text }) => text)).toEqual(['deux', 'trois', 'quatre']);
    meeting.putAway(meeting.get().told[0]?.key ?? 0);
    expect(meeting.get().told.map(({ text }) => text)).toEqual(['trois', 'quatre']);
    const [room] = open([]).rooms;
    hub.tell('breakout:asks-help', { by: 'Karim', breakout: one });
    hub.tell('breakout:changed', {
      breakouts: { ...open([]), rooms: [{ ...room, ...one, people: [], asksForHelp: true }] },
    });
    expect(meeting.get().helpAsked).toMatchObject({ by: 'Karim' });
    hub.tell('breakout:changed', { breakouts: open([]) });
    expect(meeting.get().helpAsked).toBeNull();
    // Who goes there hears it from the join.
    hub.tell('breakout:asks-help', { by: 'Karim', breakout: one });
    answer({ breakouts: open(['self']), breakoutId: 'one' });
    hub.tell('breakout:moved', { roomId: 'room', breakout: one });
    await settled(() => expect(meeting.get()).toMatchObject({ breakoutId: 'one', helpAsked: null }));
    await meeting.leave();
  });

  it('what is left is told in minutes and seconds', () => {
    expect([0, 1, 59_001, 60_000, 545_000, 3_600_000].map(clockOf)).toEqual([
      '0:00',
      '0:01',
      '1:00',
      '1:00',
      '9:05',
      '1:00:00',
    ]);
  });
});

describe('R-33 how a meeting shall be divided', () => {
  it('nobody is in a room that is no more, or in two, and who has left is nowhere', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.oneof(
      fc.record({ rooms: fc.integer({ min: -3, max: 40 }) }),
      fc.record({ id, place: fc.option(fc.nat({ max: 1 })) }),
    );
    fc.assert(
      fc.property(fc.array(step), fc.uniqueArray(id), (steps, here) => {
        let division = newDivision(nameOf);
        for (const each of steps)
          division =
            'rooms' in each ? withRooms(division, each.rooms, nameOf) : withPerson(division, each.id, each.place);
        const { rooms } = requestOf(division, new Set(here));
        expect(rooms.length).toBeGreaterThanOrEqual(2);
        expect(rooms.length).toBeLessThanOrEqual(20);
        const placed = rooms.flatMap(({ people }) => people);
        expect(new Set(placed).size).toBe(placed.length);
        for (const person of placed) expect(here).toContain(person);
        expect(isReady(division, new Set(here))).toBe(placed.length > 0);
      }),
    );
  });

  it('names stay when rooms are added; as dealt, everybody is where the hub put them', () => {
    const named = { ...newDivision(nameOf), names: ['Budget', 'Réseau'] };
    expect(withRooms(named, 3, nameOf).names).toEqual(['Budget', 'Réseau', 'Groupe 3']);
    const dealt = asDealt(named, [['a'], ['b', 'c']]);
    expect(requestOf({ ...dealt, timed: true, minutes: 5 }, new Set(['a', 'b', 'c']))).toEqual({
      rooms: [
        { name: 'Budget', people: ['a'] },
        { name: 'Réseau', people: ['b', 'c'] },
      ],
      ...{ choose: false, minutes: 5 },
    });
  });
});
