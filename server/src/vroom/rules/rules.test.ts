import { createHmac } from 'node:crypto';
import type { Kind, Source } from '@diwan/protocol/vroom.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { iceServers } from '../ice-servers.ts';
import { opus, vp8 } from '../test/meeting.ts';
import { refuseFingerprints, refuseToConsume, refuseToProduce } from './media.ts';
import { refuseToEnd, refuseToJoin } from './room.ts';

const sources: Source[] = ['microphone', 'camera', 'screen', 'screen-audio'];
const kinds: Kind[] = ['audio', 'video'];

it('R-32 a stream is taken exactly when source, kind and codec agree and the source is free', () => {
  const audio: Source[] = ['microphone', 'screen-audio'];
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      fc.constantFrom(...kinds),
      fc.constantFrom(...kinds),
      fc.subarray(sources),
      (source, kind, codecKind, sent) => {
        const rtpParameters = codecKind === 'audio' ? opus() : vp8();
        const fits = audio.includes(source) === (kind === 'audio') && kind === codecKind && !sent.includes(source);
        expect(refuseToProduce({ kind, source, rtpParameters }, sent) === undefined).toBe(fits);
      },
    ),
  );
});

it('R-32 one does not receive oneself', () => {
  expect(refuseToConsume({ id: 'a' }, { id: 'a' })?.code).toBe('forbidden');
  expect(refuseToConsume({ id: 'a' }, { id: 'b' })).toBeUndefined();
});

it('R-33 the owner and admins end a room, others do not; ended rooms stay closed', () => {
  const room = { ownerId: 'owner' };
  expect(refuseToEnd({ accountId: 'owner', role: 'client' }, room)).toBeUndefined();
  expect(refuseToEnd({ accountId: 'x', role: 'admin' }, room)).toBeUndefined();
  expect(refuseToEnd({ accountId: 'x', role: 'client' }, room)?.code).toBe('forbidden');
  expect(refuseToJoin({ endedAt: null })).toBeUndefined();
  expect(refuseToJoin({ endedAt: 0 })?.code).toBe('room_not_found');
});

it('R-32 only fingerprints that a certificate can have are taken (RFC 8122)', () => {
  const digest = (bytes: number) =>
    Array.from({ length: bytes }, (_, i) => ((i + 200) % 256).toString(16).padStart(2, '0')).join(':');
  for (const [algorithm, bytes] of [
    ['sha-1', 20],
    ['sha-256', 32],
    ['sha-512', 64],
  ] as const) {
    expect(refuseFingerprints([{ algorithm, value: digest(bytes) }])).toBeUndefined();
    expect(refuseFingerprints([{ algorithm, value: digest(bytes).toUpperCase() }])).toBeUndefined();
    expect(refuseFingerprints([{ algorithm, value: digest(bytes - 1) }])?.code).toBe('media_refused');
  }
  expect(refuseFingerprints([{ algorithm: 'md5', value: digest(16) }])?.code).toBe('media_refused');
  const good = { algorithm: 'sha-256', value: digest(32) };
  expect(refuseFingerprints([good, { algorithm: 'sha-256', value: `${digest(31)}:zz` }])?.code).toBe('media_refused');
});

it('R-35 TURN credentials are for one account, for some hours, and as coturn computes them', () => {
  const turn = {
    turnUrl: 'turn:turn.example.test:3478, turns:turn.example.test:443?transport=tcp',
    turnSecret: 's3cret',
  };
  const [server] = iceServers(turn, 'account-1', 1_000_000_000_000);
  expect(server?.urls).toEqual(['turn:turn.example.test:3478', 'turns:turn.example.test:443?transport=tcp']);
  expect(server?.username).toBe(`${1_000_000_000 + 6 * 3600}:account-1`);
  expect(server?.credential).toBe(
    createHmac('sha1', 's3cret')
      .update(server?.username ?? '')
      .digest('base64'),
  );
  expect(iceServers({ turnUrl: 'turn:x' }, 'a', 0)).toEqual([]);
  expect(iceServers({ turnSecret: 'x' }, 'a', 0)).toEqual([]);
});
