import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bytes,
  concat,
  decodeHeader,
  deriveSecrets,
  encodeHeader,
  frameKey,
  newBaseKey,
  openFrame,
  ratchet,
  sealFrame,
} from './sframe.ts';

const hex = (bytes: Bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const bytes = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** RFC 9605, appendix C.1: key id, counter, header. */
const headers: [number, number, string][] = [
  [0, 0, '00'],
  [0, 1, '01'],
  [0, 255, '08ff'],
  [0, 256, '090100'],
  [0, 65_535, '09ffff'],
  [0, 4_294_967_296, '0c0100000000'],
  [1, 0, '10'],
  [1, 16_777_215, '1affffff'],
  [1, 281_474_976_710_656, '1e01000000000000'],
  [255, 0, '80ff'],
  [255, 255, '88ffff'],
  [256, 65_536, '9a0100010000'],
  [65_535, 256, '99ffff0100'],
  [16_777_216, 1_099_511_627_775, 'bc01000000ffffffffff'],
  [4_294_967_295, 4_294_967_295, 'bbffffffffffffffff'],
  [4_294_967_296, 281_474_976_710_655, 'cd0100000000ffffffffffff'],
];

/** RFC 9605, appendix C.3: AES_256_GCM_SHA512_128. */
const vector = {
  keyId: 0x123,
  counter: 0x4567,
  baseKey: bytes('000102030405060708090a0b0c0d0e0f'),
  key: 'd3e27b0d4a5ae9e55df01a70e6d4d28d969b246e2936f4b7a5d9b494da6b9633',
  salt: '84991c167b8cd23c93708ec7',
  metadata: bytes('4945544620534672616d65205747'),
  plain: bytes('64726166742d696574662d736672616d652d656e63'),
  sealed: '990123456794f509d36e9beacb0e261d99c7d1e972f1fed787d4049f17ca21353c1cc24d56ceabced279',
};

const someBytes = fc.uint8Array({ maxLength: 300 }).map((array) => Uint8Array.from(array));

describe('R-32 frames as RFC 9605 has them', () => {
  it.each(headers)('the header of key %i and counter %i', (keyId, counter, encoded) => {
    expect(hex(encodeHeader({ keyId, counter }))).toBe(encoded);
    expect(decodeHeader(bytes(`${encoded}abcd`))).toEqual({ keyId, counter, length: encoded.length / 2 });
  });

  it('any header is read as it was written, and half of one is none', () => {
    const number = fc.maxSafeNat();
    fc.assert(
      fc.property(number, number, (keyId, counter) => {
        const header = encodeHeader({ keyId, counter });
        expect(decodeHeader(header)).toEqual({ keyId, counter, length: header.length });
        for (let length = 0; length < header.length; length++)
          expect(decodeHeader(header.subarray(0, length))).toBeUndefined();
      }),
    );
  });

  it('a number too large to be exact is no header', () => {
    expect(decodeHeader(bytes('0fffffffffffffffff'))).toBeUndefined();
  });

  it('key, salt and sealed frame of the published example', async () => {
    const secrets = await deriveSecrets(vector.baseKey, vector.keyId);
    expect([hex(secrets.key), hex(secrets.salt)]).toEqual([vector.key, vector.salt]);
    const key = await frameKey(vector.baseKey, vector.keyId);
    const sealed = await sealFrame(key, vector.counter, vector.plain, vector.metadata);
    expect(hex(sealed)).toBe(vector.sealed);
    expect(await openFrame(key, sealed, vector.metadata)).toEqual(vector.plain);
  });

  it('what is sealed opens to the same, and costs at most 33 bytes', async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, someBytes, fc.maxSafeNat(), fc.maxSafeNat(), async (plain, data, keyId, counter) => {
        const key = await frameKey(newBaseKey(), keyId);
        const sealed = await sealFrame(key, counter, plain, data);
        expect(sealed.length - plain.length).toBeLessThanOrEqual(33);
        expect(await openFrame(key, sealed, data)).toEqual(plain);
      }),
      { numRuns: 50 },
    );
  });

  it('one bit changed anywhere, other metadata, another key: it does not open', async () => {
    const base = newBaseKey();
    const key = await frameKey(base, 3);
    const others = [await frameKey(newBaseKey(), 3), await frameKey(base, 4), await frameKey(await ratchet(base), 3)];
    await fc.assert(
      fc.asyncProperty(someBytes, someBytes, fc.nat(), async (plain, data, where) => {
        const sealed = await sealFrame(key, 7, plain, data);
        const changed = Uint8Array.from(sealed);
        const at = where % (sealed.length * 8);
        changed[at >> 3] = (changed[at >> 3] as number) ^ (1 << (at & 7));
        expect(await openFrame(key, changed, data)).toBeUndefined();
        expect(await openFrame(key, sealed.subarray(0, -1), data)).toBeUndefined();
        expect(await openFrame(key, sealed, concat(data, Uint8Array.of(0)))).toBeUndefined();
        for (const other of others) expect(await openFrame(other, sealed, data)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it('a ratchet makes another key each time, the same for all who have the one before', async () => {
    const base = newBaseKey();
    const next = await ratchet(base);
    expect(next).toEqual(await ratchet(base));
    expect(next).toHaveLength(64);
    expect(next).not.toEqual(base);
    expect(await ratchet(next)).not.toEqual(next);
  });
});
