import type { Participant, VroomAnswer } from '@diwan/protocol/vroom.ts';
import type { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import { describe, expect, it, vi } from 'vitest';
import { localProblem } from '../../wire/problem.ts';
import { createLocalMedia } from './local-media.ts';
import { startMeeting } from './meeting.ts';
import { deedsOver } from './roles.ts';
import { fakeCapture, fakeDevice, openSettings, scriptedHub } from './scripted-hub.ts';

async function setUp(hub = scriptedHub()) {
  const saved: object[] = [];
  const kept = new Map<string, string>();
  const media = createLocalMedia(fakeCapture, {
    load: () => ({ microphoneOn: true, cameraOn: true }),
    save: (patch) => void saved.push(patch),
  });
  await media.start();
  const meeting = startMeeting({
    ...{ signal: hub.signal, media, device: fakeDevice(hub.signal), roomId: 'room', name: 'Bilal' },
    seats: { get: (id) => kept.get(id), set: (id, seat) => kept.set(id, seat), forget: (id) => kept.delete(id) },
  });
  return { hub, media, meeting, saved };
}
const settled = (check: () => void) => vi.waitFor(check, { timeout: 5000 });
const rest = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((done) => setTimeout(done));
};
const refusing = (code: Parameters<typeof localProblem>[0]) => () => {
  throw localProblem(code, 403);
};

describe('R-33 the lobby', () => {
  function withLobby() {
    const hub = scriptedHub();
    hub.answers['room:join'] = refusing('room_lobby');
    hub.answers['lobby:knock'] = () => ({ admitted: false, title: 'Conseil', ownerName: 'Amina', attended: false });
    return hub;
  }

  it('waits, hears when somebody is there, knocks again after a loss of the line, and enters when let in', async () => {
    const { hub, meeting } = await setUp(withLobby());
    await settled(() =>
      expect(meeting.get()).toMatchObject({ phase: 'waiting', lobby: { ownerName: 'Amina', attended: false } }),
    );
    hub.tell('lobby:attended', { roomId: 'room', attended: true });
    expect(meeting.get().lobby?.attended).toBe(true);
    hub.setLine(false);
    hub.setLine(true);
    await settled(() => expect(hub.count('lobby:knock')).toBe(2));
    expect(hub.count('producer:create')).toBe(0);
    await rest();
    delete hub.answers['room:join'];
    hub.tell('lobby:admitted', { roomId: 'room' });
    await settled(() => expect(meeting.get()).toMatchObject({ phase: 'in', lobby: null }));
    await meeting.leave();
    expect(hub.calls.at(-1)?.event).toBe('room:leave');
  });

  it('joins at once where it was let in while away', async () => {
    const hub = withLobby();
    hub.answers['lobby:knock'] = () => {
      delete hub.answers['room:join'];
      return { admitted: true, title: 'Conseil', ownerName: 'Amina', attended: true };
    };
    const { meeting } = await setUp(hub);
    await settled(() => expect(meeting.get().phase).toBe('in'));
    await meeting.leave();
  });

  it('ends when refused or given up, and lets go of the devices', async () => {
    const refused = await setUp(withLobby());
    await settled(() => expect(refused.meeting.get().phase).toBe('waiting'));
    refused.hub.tell('lobby:refused', { roomId: 'room' });
    expect(refused.meeting.get()).toMatchObject({ phase: 'refused', refusedBecause: 'room_kept_out' });
    expect(refused.media.get().camera.track).toBe(null);
    const left = await setUp(withLobby());
    await settled(() => expect(left.meeting.get().phase).toBe('waiting'));
    await left.meeting.leave();
    expect(left.hub.calls.at(-1)?.event).toBe('lobby:leave');
    expect(left.meeting.get().phase).toBe('left');
  });
});

it('R-33 a password is asked for, a wrong one said, and the right one remembered for the way back', async () => {
  const hub = scriptedHub();
  const usual = hub.answers['room:join'];
  hub.answers['room:join'] = refusing('room_password');
  const { meeting } = await setUp(hub);
  await settled(() => expect(meeting.get()).toMatchObject({ phase: 'password', passwordFault: null }));
  meeting.givePassword('sésame');
  await settled(() => expect(meeting.get()).toMatchObject({ phase: 'password', passwordFault: 'room_password' }));
  if (usual) hub.answers['room:join'] = usual;
  else delete hub.answers['room:join'];
  meeting.givePassword('ouvre-toi');
  await settled(() => expect(meeting.get().phase).toBe('in'));
  hub.setLine(false);
  hub.setLine(true);
  await settled(() => expect(hub.count('room:join')).toBe(4));
  expect(hub.calls.findLast(({ event }) => event === 'room:join')?.request.password).toBe('ouvre-toi');
  await meeting.leave();
});

describe('R-33 what those in charge do', () => {
  it('a microphone that was turned off is off here too, is not remembered so, and comes back by the person only', async () => {
    const { hub, media, meeting, saved } = await setUp();
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    hub.tell('host:stopped', { source: 'microphone', by: 'Amina' });
    expect(media.get().microphone.on).toBe(false);
    expect(meeting.get().word).toEqual({ kind: 'stopped', source: 'microphone', by: 'Amina' });
    expect(saved).toEqual([]);
    hub.tell('host:asks-unmute', { by: 'Amina' });
    expect(meeting.get().askedBy).toBe('Amina');
    await rest();
    expect([media.get().microphone.on, hub.count('producer:resume')]).toEqual([false, 0]);
    meeting.answerUnmute(true);
    await settled(() => expect(hub.count('producer:resume')).toBe(1));
    expect(hub.calls.find(({ event }) => event === 'unmute:answer')?.request).toEqual({ accepted: true });
    expect(meeting.get().askedBy).toBe(null);
    await meeting.leave();
  });

  it('a source that is not allowed is off here too, and told', async () => {
    const hub = scriptedHub();
    hub.answers['producer:create'] = ({ source, paused }) => {
      if (source === 'microphone' && !paused) throw localProblem('host_forbids', 403);
      return { producerId: `p-${source}` } as VroomAnswer<'producer:create'>;
    };
    const { media, meeting } = await setUp(hub);
    await settled(() => expect(meeting.get().word).toEqual({ kind: 'forbidden', source: 'microphone' }));
    expect(media.get()).toMatchObject({ microphone: { on: false }, camera: { on: true } });
    await rest();
    expect(meeting.get()).toMatchObject({ phase: 'in', reconnecting: false });
    await meeting.leave();
  });

  it('roles, settings, spotlight and the door are followed', async () => {
    const { hub, meeting } = await setUp();
    await settled(() => expect(meeting.get().phase).toBe('in'));
    hub.tell('participant:role', { participantId: 'self', role: 'cohost' });
    const entry = { id: 'w', name: 'Chafia', guest: false, since: 1 };
    hub.tell('room:door', { waiting: [entry], keptOut: [] });
    hub.tell('room:settings', { ...openSettings, lobby: true });
    hub.tell('room:spotlight', { participantId: 'self' });
    expect(meeting.get()).toMatchObject({
      ...{ self: { role: 'cohost' }, spotlight: 'self', word: { kind: 'role', role: 'cohost' } },
      ...{ door: { waiting: [entry] }, room: { settings: { lobby: true } } },
    });
    hub.tell('participant:role', { participantId: 'self', role: 'participant' });
    expect(meeting.get().door.waiting).toEqual([]);
    await meeting.leave();
  });
});

it('R-33 a menu offers only what the hub would do', () => {
  const person = (role: MeetingRole, accountId: string | null = 'x'): Participant & { away: boolean } => ({
    ...{ id: 'p', accountId, name: 'P', role, joinedAt: 1, away: false },
    producers: [{ id: 'm', kind: 'audio', source: 'microphone', paused: false }],
  });
  const state = { spotlight: null, room: null };
  for (const role of ['host', 'cohost', 'participant', 'guest'] as const)
    for (const own of ['participant', 'guest'] as const) expect(deedsOver(own, person(role), state)).toEqual([]);
  expect(deedsOver('cohost', person('host'), state)).toEqual(['spotlight']);
  expect(deedsOver('cohost', person('participant'), state)).toEqual(['mute', 'spotlight', 'remove']);
  expect(deedsOver('host', person('guest', null), state)).toEqual(['mute', 'spotlight', 'remove']);
  expect(deedsOver('host', person('participant'), state)).toEqual(['mute', 'spotlight', 'cohost', 'host', 'remove']);
  expect(deedsOver('host', person('cohost'), state)).toContain('participant');
  const room = { ownerId: 'x' } as Parameters<typeof deedsOver>[2]['room'];
  expect(deedsOver('host', person('cohost'), { spotlight: 'p', room })).toEqual([
    'mute',
    'unspotlight',
    'participant',
    'host',
  ]);
});
