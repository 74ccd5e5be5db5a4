import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../identity/actor.ts';
import { refuseCodec, refuseEncryptionChange, refuseWithoutKey } from './rules/encryption.ts';
import { type Client, connect, settled, startHub, type TestHub, vp8 } from './test/meeting.ts';

let hub: TestHub;
let host: Actor;
let member: Actor;
beforeAll(async () => {
  hub = await startHub({ workers: 2, videoCodec: 'vp9' });
  [host, member] = [await hub.person('Amina'), await hub.person('Bilal')];
});
afterAll(() => hub.close());

const key = (letter: string) => letter.repeat(87);
const sealed = 's'.repeat(100);
const refused = (code: string) => ({ code });

async function newRoom(encrypted = true): Promise<string> {
  return (await hub.vroom.createRoom(host, { title: 'Conseil', encrypted })).id;
}
async function enter(roomId: string, actor: Actor, publicKey?: string, seat?: string) {
  const client = connect(hub.vroom, actor);
  const joined = await client.call('room:join', {
    ...{ roomId, ...(publicKey && { publicKey }), ...(seat && { seat }) },
  });
  return { client, joined, id: joined.self.id };
}
const heard = ({ events }: Client, name: string) => events.flatMap(({ event, data }) => (event === name ? [data] : []));

describe('R-32 an encrypted meeting, as the hub keeps it', () => {
  it('lets in who has a key, and tells it to the others; pictures are VP8', async () => {
    const roomId = await newRoom();
    await expect(enter(roomId, host)).rejects.toMatchObject(refused('encryption_needed'));
    await expect(enter(roomId, host, 'no key')).rejects.toThrow();
    const a = await enter(roomId, host, key('a'));
    const b = await enter(roomId, member, key('b'));
    expect(a.joined).toMatchObject({ videoCodec: 'vp8', room: { settings: { encrypted: true } } });
    expect(b.joined.others).toMatchObject([{ id: a.id, publicKey: key('a') }]);
    expect(await a.client.next('participant:joined')).toMatchObject({ id: b.id, publicKey: key('b') });

    // Back in the same seat, as another page.
    b.client.drop();
    await a.client.next('participant:away');
    await enter(roomId, member, key('c'), b.joined.seat);
    expect(await a.client.next('participant:away')).toEqual({ participantId: b.id, away: false, publicKey: key('c') });
    await expect(enter(roomId, member, undefined, b.joined.seat)).rejects.toMatchObject(refused('encryption_needed'));
  });

  it('takes no picture in another codec than VP8', async () => {
    const { client } = await enter(await newRoom(), host, key('a'));
    const vp9 = { ...vp8(), codecs: [{ mimeType: 'video/VP9', payloadType: 96, clockRate: 90_000 }] };
    await expect(client.send('camera', vp9)).rejects.toMatchObject(refused('media_refused'));
    await client.send('camera');
    await client.send('microphone');
  });

  it('hands a sealed key to the one it is for, in the same meeting, under the name of who sent it', async () => {
    const [roomId, otherRoom] = [await newRoom(), await newRoom()];
    const a = await enter(roomId, host, key('a'));
    const b = await enter(roomId, member, key('b'));
    const c = await enter(roomId, await hub.person('Chérif'), key('c'));
    const elsewhere = await enter(otherRoom, await hub.person('Dalila'), key('d'));
    await a.client.call('e2ee:give', {
      keys: [b.id, elsewhere.id, a.id, 'nobody'].map((to) => ({ to, sealed })),
    });
    expect(await b.client.next('e2ee:key')).toEqual({ from: a.id, sealed });
    await b.client.call('e2ee:ask', { participantId: a.id });
    expect(await a.client.next('e2ee:asked')).toEqual({ by: b.id });
    await settled();
    for (const { client } of [a, c, elsewhere]) expect(heard(client, 'e2ee:key')).toEqual([]);
    for (const { client } of [b, c, elsewhere]) expect(heard(client, 'e2ee:asked')).toEqual([]);
  });

  it('relays nothing for who is not in, nor where nothing is encrypted, nor what is no sealed key', async () => {
    const plain = await enter(await newRoom(false), host);
    await expect(plain.client.call('e2ee:give', { keys: [{ to: 'x', sealed }] })).rejects.toMatchObject(
      refused('forbidden'),
    );
    const outside = connect(hub.vroom, member);
    await expect(outside.call('e2ee:ask', { participantId: plain.id })).rejects.toMatchObject(refused('not_in_room'));
    const { client } = await enter(await newRoom(), host, key('a'));
    for (const bad of ['short', 'é'.repeat(100), 's'.repeat(401)])
      await expect(client.call('e2ee:give', { keys: [{ to: 'x', sealed: bad }] })).rejects.toThrow();
    await expect(client.call('e2ee:give', { keys: [] })).rejects.toThrow();
  });

  it('relays no flood', async () => {
    const { client } = await enter(await newRoom(), host, key('a'));
    const all = await Promise.allSettled(
      Array.from({ length: 250 }, () => client.call('e2ee:ask', { participantId: 'x' })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(200);
    expect(all.at(-1)).toMatchObject({ reason: { code: 'too_many_attempts' } });
  });

  it('turned on while people are in: all media end, everybody joins again in their seat, with a key', async () => {
    const roomId = await newRoom(false);
    const a = await enter(roomId, host, key('a'));
    const b = await enter(roomId, member);
    await a.client.send('microphone');
    await expect(b.client.call('host:configure', { encrypted: true })).rejects.toMatchObject(refused('forbidden'));
    await a.client.call('host:configure', { encrypted: true });
    for (const { client } of [a, b]) {
      expect(await client.next('room:settings')).toMatchObject({ encrypted: true });
      expect(await client.next('room:media-lost')).toEqual({ roomId });
      await expect(client.send('camera')).rejects.toMatchObject(refused('media_unavailable'));
    }
    const again = await a.client.call('room:join', { roomId, seat: a.joined.seat, publicKey: key('a') });
    expect(again.self).toMatchObject({ id: a.id, role: 'host', producers: [] });
    await a.client.send('microphone');
    await expect(b.client.call('room:join', { roomId, seat: b.joined.seat })).rejects.toMatchObject(
      refused('encryption_needed'),
    );
  });

  it('stays as long as the meeting lasts, and is over with it where the host wishes', async () => {
    const roomId = await newRoom();
    const { client } = await enter(roomId, host, key('a'));
    const no = refused('encryption_stays');
    await expect(client.call('host:configure', { encrypted: false })).rejects.toMatchObject(no);
    await expect(hub.vroom.configureRoom(host, roomId, { encrypted: false })).rejects.toMatchObject(no);
    expect((await hub.vroom.viewRoom(member, roomId)).settings.encrypted).toBe(true);
    await client.call('host:configure', { encrypted: true, lobby: true });
    await settled();
    expect(heard(client, 'room:media-lost')).toEqual([]);
    await client.call('room:leave', {});
    const { settings } = await hub.vroom.configureRoom(host, roomId, { encrypted: false });
    expect(settings.encrypted).toBe(false);
    await enter(roomId, host);
  });

  it('a guest is told at the door', async () => {
    const roomId = await newRoom();
    await hub.vroom.configureRoom(host, roomId, { guests: true });
    expect(await hub.vroom.guestDoor(roomId)).toMatchObject({ encrypted: true });
  });
});

describe('R-32 the rules of encryption', () => {
  it('only an encrypted meeting asks for a key and for VP8', () => {
    const stream = (...mimeTypes: string[]) => ({
      kind: 'video' as const,
      rtpParameters: { codecs: mimeTypes.map((mimeType) => ({ mimeType, payloadType: 96, clockRate: 90_000 })) },
    });
    expect(refuseWithoutKey({ encrypted: false }, {})).toBeUndefined();
    expect(refuseWithoutKey({ encrypted: true }, {})?.code).toBe('encryption_needed');
    expect(refuseCodec({ encrypted: false }, stream('video/H264'))).toBeUndefined();
    expect(refuseCodec({ encrypted: true }, stream('video/VP8', 'video/rtx'))).toBeUndefined();
    for (const other of ['video/VP9', 'video/H264', 'video/AV1'])
      expect(refuseCodec({ encrypted: true }, stream('video/VP8', other))?.code).toBe('media_refused');
  });

  it('only taking it away, from people who are in, is refused', () => {
    const code = (encrypted: boolean | undefined, now: { encrypted: boolean; present: number }) =>
      refuseEncryptionChange({ encrypted }, now)?.code;
    expect(code(false, { encrypted: true, present: 1 })).toBe('encryption_stays');
    expect(code(false, { encrypted: true, present: 0 })).toBeUndefined();
    expect(code(false, { encrypted: false, present: 2 })).toBeUndefined();
    expect(code(true, { encrypted: false, present: 2 })).toBeUndefined();
    expect(code(undefined, { encrypted: true, present: 2 })).toBeUndefined();
  });
});
