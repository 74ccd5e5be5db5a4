import type { Participant, ProducerInfo } from '@diwan/protocol/vroom.ts';
import { describe, expect, it, vi } from 'vitest';
import { localProblem } from '../../wire/problem.ts';
import { createLocalMedia } from './local-media.ts';
import { startMeeting } from './meeting.ts';
import { fakeCapture, fakeDevice, scriptedHub } from './scripted-hub.ts';

const camera: ProducerInfo = { id: 'their-cam', kind: 'video', source: 'camera', paused: false };
const microphone: ProducerInfo = { id: 'their-mic', kind: 'audio', source: 'microphone', paused: false };
const bilal: Participant = {
  id: 'bilal',
  accountId: 'b',
  name: 'Bilal',
  role: 'participant' as const,
  joinedAt: 2,
  producers: [microphone, camera],
};
const large = { width: 1280, height: 720 };

async function setUp({
  others = [] as Participant[],
  on = true,
  hub = scriptedHub(),
  device = fakeDevice(hub.signal),
} = {}) {
  hub.others = others;
  const kept = new Map<string, string>();
  const media = createLocalMedia(fakeCapture, {
    load: () => ({ microphoneOn: true, cameraOn: true }),
    save: () => undefined,
  });
  if (on) await media.start();
  const meeting = startMeeting({
    signal: hub.signal,
    media,
    seats: { get: (id) => kept.get(id), set: (id, seat) => kept.set(id, seat), forget: (id) => kept.delete(id) },
    device,
    roomId: 'room',
    name: 'Amina',
  });
  return { hub, media, meeting, kept };
}

const settled = (check: () => void) => vi.waitFor(check, { timeout: 5000 });
/** As many turns of the loop as any pending step needs. */
const rest = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((done) => setTimeout(done));
};

describe('R-32 entering', () => {
  it('takes one question, then publishes what is on and receives what is heard', async () => {
    const { hub, meeting } = await setUp({ others: [bilal] });
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    await settled(() => expect(hub.count('consumer:resume')).toBe(1));
    expect(hub.calls[0]).toEqual({ event: 'room:join', request: { roomId: 'room', name: 'Amina' } });
    expect(hub.count('transport:connect')).toBe(2);
    expect(meeting.get()).toMatchObject({ phase: 'in', reconnecting: false, others: [{ name: 'Bilal' }] });
    expect([...meeting.get().tracks.keys()]).toEqual(['their-mic']);
    const made = hub.calls.filter(({ event }) => event === 'producer:create').map(({ request }) => request.source);
    expect(made.sort()).toEqual(['camera', 'microphone']);
    const video = hub.calls.find(({ request }) => request.source === 'camera')?.request.rtpParameters;
    expect(video).toMatchObject({ codecs: [{ mimeType: 'video/VP8' }, {}], encodings: [{}, {}, {}] });
    await meeting.leave();
  });

  it('of a page that was ready before it takes one question for all that it receives', async () => {
    const hub = scriptedHub();
    const device = fakeDevice(hub.signal);
    device.prepare();
    await settled(() => expect(device.get()).toBeDefined());
    const received = await Promise.all(
      bilal.producers.map(({ id: producerId }) =>
        hub.signal.call('consumer:create', { producerId, rtpCapabilities: {} }),
      ),
    );
    hub.others = [bilal];
    const welcome = await hub.signal.call('room:join', { roomId: 'room' });
    hub.answers['room:join'] = () => ({ ...welcome, received });
    hub.calls.length = 0;
    const { meeting } = await setUp({ others: [bilal], on: false, hub, device });
    meeting.watch('their-cam').resize(large);
    await settled(() => expect(hub.count('consumer:resume')).toBe(2));
    expect(hub.count('consumer:create')).toBe(0);
    expect([...meeting.get().tracks.keys()].sort()).toEqual(['their-cam', 'their-mic']);
    hub.tell('consumer:closed', { consumerId: received[1]?.consumerId ?? '' });
    await settled(() => expect(hub.count('consumer:create')).toBe(1));
    await meeting.leave();
  });

  it('works without camera and microphone', async () => {
    const { hub, meeting } = await setUp({ on: false });
    await settled(() => expect(meeting.get().phase).toBe('in'));
    await rest();
    expect(hub.count('producer:create')).toBe(0);
    await meeting.leave();
  });

  it('says at the door why it is refused, and lets go of the devices', async () => {
    const hub = scriptedHub();
    hub.answers['room:join'] = () => {
      throw localProblem('room_not_found', 404);
    };
    const { meeting, media } = await setUp({ hub });
    await settled(() => expect(meeting.get()).toMatchObject({ phase: 'refused', refusedBecause: 'room_not_found' }));
    expect(media.get().camera.track).toBeNull();
  });

  it('counts what happens between the question and its answer', async () => {
    const hub = scriptedHub();
    const { meeting } = await setUp({ hub });
    hub.tell('participant:joined', { ...bilal, producers: [] });
    hub.tell('producer:added', { participantId: 'bilal', producer: microphone });
    await settled(() => expect(meeting.get().phase).toBe('in'));
    expect(meeting.get().others).toMatchObject([{ id: 'bilal', producers: [{ id: 'their-mic' }] }]);
    await settled(() => expect(hub.count('consumer:resume')).toBe(1));
    await meeting.leave();
  });
});

describe('R-35 what is not seen costs nothing', () => {
  it('a picture is made ready at once and sent when it is first shown, with the layer its size needs', async () => {
    const { hub, meeting } = await setUp({ others: [bilal], on: false });
    await settled(() => expect(hub.count('consumer:resume')).toBe(1));
    await rest();
    expect(hub.count('consumer:create')).toBe(2);
    expect(hub.count('consumer:resume')).toBe(1);
    expect([...meeting.get().tracks.keys()]).toEqual(['their-mic']);
    const view = meeting.watch('their-cam');
    view.resize({ width: 200, height: 112 });
    await settled(() => expect(meeting.get().tracks.has('their-cam')).toBe(true));
    await settled(() => expect(hub.count('consumer:resume')).toBe(2));
    const [first] = hub.calls.filter(({ event }) => event === 'consumer:layers');
    expect(first?.request.spatialLayer).toBe(0);

    const second = meeting.watch('their-cam');
    second.resize(large);
    await settled(() =>
      expect(hub.calls.at(-1)).toMatchObject({ event: 'consumer:layers', request: { spatialLayer: 2 } }),
    );
    second.close();
    await settled(() =>
      expect(hub.calls.at(-1)).toMatchObject({ event: 'consumer:layers', request: { spatialLayer: 0 } }),
    );
    view.resize(null);
    await settled(() => expect(hub.calls.at(-1)?.event).toBe('consumer:pause'));
    view.resize(large);
    await settled(() => expect(hub.calls.at(-1)?.event).toBe('consumer:resume'));
    expect(hub.count('consumer:create')).toBe(2);
    await meeting.leave();
  });

  it('of a crowd only as many pictures as a page shows are made ready', async () => {
    const crowd = Array.from({ length: 20 }, (_, n) => ({
      ...bilal,
      id: `p${n}`,
      producers: [{ ...camera, id: `cam-${n}` }],
    }));
    const { hub, meeting } = await setUp({ others: crowd, on: false });
    await settled(() => expect(hub.count('consumer:create')).toBe(9));
    await rest();
    expect(hub.count('consumer:create')).toBe(9);
    expect(hub.count('consumer:resume')).toBe(0);
    await meeting.leave();
  });

  it('a tile that moves is neither paused nor asked for again', async () => {
    const { hub, meeting } = await setUp({ others: [bilal], on: false });
    meeting.watch('their-cam').resize(large);
    await settled(() => expect(hub.count('consumer:resume')).toBe(2));
    const view = meeting.watch('their-cam');
    view.resize(large);
    view.close();
    meeting.watch('their-cam').resize(large);
    await new Promise((done) => setTimeout(done, 400));
    expect(hub.count('consumer:pause')).toBe(0);
    expect(hub.count('consumer:create')).toBe(2);
    await meeting.leave();
  });

  it('a consumer the hub closed is made again while its producer lives', async () => {
    const { hub, meeting } = await setUp({ others: [bilal], on: false });
    await settled(() => expect(hub.count('consumer:resume')).toBe(1));
    hub.tell('consumer:closed', { consumerId: 'consumer-1' });
    await settled(() => expect(hub.count('consumer:resume')).toBe(2));
    hub.tell('producer:removed', { participantId: 'bilal', producerId: 'their-mic' });
    expect(meeting.get().tracks.size).toBe(0);
    await meeting.leave();
  });
});

describe('R-32 microphone, camera and screen', () => {
  it('a muted microphone is silent at once and paused on the hub', async () => {
    const { hub, media, meeting } = await setUp();
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    await media.turn('microphone', false);
    expect(media.get().microphone.track?.enabled).toBe(false);
    await settled(() => expect(hub.count('producer:pause')).toBe(1));
    await media.turn('microphone', true);
    await settled(() => expect(hub.count('producer:resume')).toBe(1));
    expect(hub.count('producer:create')).toBe(2);
    await meeting.leave();
  });

  it('many quick presses end in what was pressed last', async () => {
    const { hub, media, meeting } = await setUp();
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    for (const on of [false, true, false, true, false]) void media.turn('microphone', on);
    await settled(() => expect(hub.calls.at(-1)?.event).toBe('producer:pause'));
    await rest();
    expect(hub.calls.at(-1)?.event).toBe('producer:pause');
    expect(media.get().microphone).toMatchObject({ on: false });
    await meeting.leave();
  });

  it('a camera that is off is let go and closed on the hub', async () => {
    const { hub, media, meeting } = await setUp();
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    const { track } = media.get().camera;
    await media.turn('camera', false);
    expect(track?.readyState).toBe('ended');
    await settled(() => expect(hub.count('producer:close')).toBe(1));
    await meeting.leave();
  });

  it('another camera takes the place of the first without a new producer', async () => {
    const { hub, media, meeting } = await setUp();
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    const before = media.get().camera.track;
    await media.choose('camera', 'other');
    await rest();
    expect(media.get().camera.track).not.toBe(before);
    expect(hub.count('producer:create')).toBe(2);
    expect(hub.count('producer:close')).toBe(0);
    await meeting.leave();
  });

  it('a screen is shared with its sound, and ended from the browser’s own bar', async () => {
    const { hub, media, meeting } = await setUp({ on: false });
    await settled(() => expect(meeting.get().phase).toBe('in'));
    await media.share();
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    media.get().screen.track?.dispatchEvent({ type: 'ended' } as Event);
    await settled(() => expect(hub.count('producer:close')).toBe(2));
    expect(media.get().screen.on).toBe(false);
    await meeting.leave();
  });
});

describe('R-35 finding the way back', () => {
  it('the line comes back: the same seat, the same tracks, nothing twice', async () => {
    const { hub, media, meeting } = await setUp({ others: [bilal] });
    meeting.watch('their-cam').resize(large);
    await settled(() => expect(hub.count('consumer:resume')).toBe(2));
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    const { track } = media.get().camera;
    hub.setLine(false);
    expect(meeting.get()).toMatchObject({ phase: 'in', reconnecting: true });
    hub.setLine(true);
    await settled(() => expect(hub.count('producer:create')).toBe(4));
    await settled(() => expect(hub.count('consumer:resume')).toBe(4));
    const joins = hub.calls.filter(({ event }) => event === 'room:join').map(({ request }) => request.seat);
    expect(joins).toEqual([undefined, 'seat-1']);
    expect(media.get().camera.track).toBe(track);
    expect(track?.readyState).toBe('live');
    expect(meeting.get()).toMatchObject({ phase: 'in', reconnecting: false });
    await meeting.leave();
  });

  it('joins never overlap, and all reasons to join again at once make one join', async () => {
    let inside = 0;
    const hub = scriptedHub();
    const { meeting } = await setUp({ hub, on: false });
    await settled(() => expect(meeting.get().phase).toBe('in'));
    const { call } = hub.signal;
    hub.signal.call = async (event, request) => {
      if (event !== 'room:join') return call(event, request);
      expect(++inside).toBe(1);
      const answer = await call(event, request);
      inside--;
      return answer;
    };
    for (let time = 0; time < 5; time++) hub.tell('room:media-lost', { roomId: 'room' });
    await rest();
    await settled(() => expect(meeting.get().reconnecting).toBe(false));
    // One in progress when the others came, one for all of those.
    expect(hub.count('room:join')).toBeLessThanOrEqual(3);
    await meeting.leave();
  });

  it('a hub that is not ready yet is asked again', async () => {
    const { hub, meeting } = await setUp({ on: false });
    await settled(() => expect(meeting.get().phase).toBe('in'));
    let refusals = 2;
    hub.answers['room:join'] = () => {
      if (refusals-- > 0) throw localProblem('media_unavailable', 503);
      delete hub.answers['room:join'];
      return hub.signal.call('room:join', { roomId: 'room' });
    };
    hub.tell('room:media-lost', { roomId: 'room' });
    expect(meeting.get().reconnecting).toBe(true);
    await settled(() => expect(meeting.get().reconnecting).toBe(false));
    await meeting.leave();
  });

  it('a room that was ended meanwhile closes', async () => {
    const { hub, meeting, kept } = await setUp({ on: false });
    await settled(() => expect(meeting.get().phase).toBe('in'));
    hub.answers['room:join'] = () => {
      throw localProblem('room_not_found', 404);
    };
    hub.setLine(false);
    hub.setLine(true);
    await settled(() => expect(meeting.get()).toMatchObject({ phase: 'closed', closedBecause: 'ended' }));
    expect(kept.size).toBe(0);
  });

  it('a seat taken from another tab keeps quiet here', async () => {
    const { hub, meeting } = await setUp({ on: false });
    await settled(() => expect(meeting.get().phase).toBe('in'));
    hub.tell('room:closed', { roomId: 'room', reason: 'replaced' });
    expect(meeting.get()).toMatchObject({ phase: 'closed', closedBecause: 'replaced' });
    hub.setLine(false);
    hub.setLine(true);
    await rest();
    expect(hub.count('room:join')).toBe(1);
  });
});

describe('R-32 leaving', () => {
  it('tells the hub, forgets the seat, stops the devices', async () => {
    const { hub, media, meeting, kept } = await setUp();
    await settled(() => expect(hub.count('producer:create')).toBe(2));
    const { track } = media.get().camera;
    await meeting.leave();
    expect(hub.calls.at(-1)?.event).toBe('room:leave');
    expect(kept.size).toBe(0);
    expect(track?.readyState).toBe('ended');
    expect(meeting.get().phase).toBe('left');
  });

  it('while still joining leaves too', async () => {
    const { hub, meeting } = await setUp();
    await meeting.leave();
    await settled(() => expect(hub.calls.at(-1)?.event).toBe('room:leave'));
    expect(meeting.get().phase).toBe('left');
    expect(hub.count('producer:create')).toBe(0);
  });
});
