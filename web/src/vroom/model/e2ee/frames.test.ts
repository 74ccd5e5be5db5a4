import type { Source } from '@diwan/protocol/vroom.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clearBytes,
  createOpening,
  createSealing,
  keyIdOf,
  nextStep,
  type Opened,
  overlapMs,
  type SenderKey,
} from './frames.ts';
import { type Bytes, decodeHeader, newBaseKey } from './sframe.ts';

const firstKey = (generation = 0): SenderKey => ({ generation, step: 0, secret: newBaseKey() });
/** A VP8 frame as far as its first bytes go. */
const picture = (isKeyFrame: boolean, length = 40): Bytes =>
  Uint8Array.from({ length }, (_, index) => (index === 0 ? (isKeyFrame ? 0x50 : 0x51) : index));
const sources: Source[] = ['microphone', 'camera', 'screen', 'screen-audio'];

function both(key = firstKey()) {
  let time = 0;
  const sealing = createSealing();
  const opening = createOpening(() => time);
  sealing.use(key);
  opening.learn(key);
  const seal = async (frame: Bytes, source: Source = 'camera') => (await sealing.seal(frame, source)) as Bytes;
  const isOpened = async (sealed: Bytes, source: Source = 'camera'): Promise<boolean> =>
    'frame' in (await opening.open(sealed, source));
  return { key, sealing, opening, seal, isOpened, pass: (ms: number) => (time += ms) };
}
const fault = (opened: Opened) => ('fault' in opened ? opened.fault : undefined);

describe('R-32 the frames of an encrypted meeting', () => {
  it('what the SFU reads of a picture stays readable, of sound nothing', async () => {
    const { seal } = both();
    for (const [isKeyFrame, clear] of [
      [true, 10],
      [false, 1],
    ] as const) {
      const frame = picture(isKeyFrame);
      const sealed = await seal(frame);
      expect(sealed.subarray(0, clear)).toEqual(frame.subarray(0, clear));
      expect(`${sealed}`).not.toContain(`${frame.subarray(clear)}`);
      expect(clearBytes(sealed, 'camera')).toBe(clear);
    }
    expect(clearBytes(picture(true), 'microphone')).toBe(0);
  });

  it('any frame of any source arrives as it was, only as that source', async () => {
    const { seal, opening } = both();
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 200 }).map((array) => Uint8Array.from(array));
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom(...sources),
        fc.constantFrom(...sources),
        async (frame, source, other) => {
          const sealed = await seal(frame, source);
          if (other !== source) expect('fault' in (await opening.open(sealed, other))).toBe(true);
          expect(await opening.open(sealed, source)).toEqual({ frame });
        },
      ),
    );
  });

  it('what is not sealed, or was changed in its clear part, is not opened', async () => {
    const { seal, opening } = both();
    for (const isKeyFrame of [true, false]) {
      const plain = await opening.open(picture(isKeyFrame), 'camera');
      expect(['forged', 'no-key']).toContain(fault(plain));
      const changed = Uint8Array.from(await seal(picture(isKeyFrame)));
      changed[0] = (changed[0] as number) ^ 0x10;
      expect(fault(await opening.open(changed, 'camera'))).toBe('forged');
    }
    expect(fault(await opening.open(new Uint8Array(), 'microphone'))).toBe('forged');
  });

  it('nothing is sent as long as there is no key, nor what is no picture', async () => {
    expect(await createSealing().seal(picture(true), 'camera')).toBeUndefined();
    expect(await both().sealing.seal(picture(true, 9), 'camera')).toBeUndefined();
  });

  it('no counter comes twice, whatever sources, layers and keys', async () => {
    const { sealing, key } = both();
    const used = new Set<number>();
    let latest = key;
    for (let round = 0; round < 40; round++) {
      const sealed = await Promise.all(
        Array.from({ length: 100 }, (_, index) => sealing.seal(picture(index === 0), sources[index % 4] as Source)),
      );
      sealed.forEach((frame, index) => {
        const clear = clearBytes(frame as Bytes, sources[index % 4] as Source);
        used.add(decodeHeader((frame as Bytes).subarray(clear))?.counter as number);
      });
      latest = round % 3 === 0 ? firstKey(latest.generation + 1) : await nextStep(latest);
      sealing.use(latest);
    }
    expect(used.size).toBe(4000);
  });

  it('a frame that comes again is refused, one that comes late is not', async () => {
    const { seal, opening, isOpened } = both();
    const frames = await Promise.all(Array.from({ length: 50 }, () => seal(picture(false))));
    for (const frame of frames.toReversed()) expect(await isOpened(frame)).toBe(true);
    for (const frame of frames) expect(fault(await opening.open(frame, 'camera'))).toBe('replayed');
    const [old] = [await seal(picture(false))];
    for (let index = 0; index < 2100; index++) await seal(picture(false), 'microphone');
    expect(await isOpened(await seal(picture(false)))).toBe(true);
    expect(fault(await opening.open(old as Bytes, 'camera'))).toBe('replayed');
  });

  it('a ratchet is followed without a word; what is sealed before it opens for a while', async () => {
    const { key, sealing, seal, isOpened, opening, pass } = both();
    const early = [await seal(picture(true)), await seal(picture(false))] as const;
    const later = await nextStep(await nextStep(await nextStep(key)));
    sealing.use(later);
    expect(await isOpened(await seal(picture(false)))).toBe(true);
    expect(await isOpened(early[0])).toBe(true);
    pass(overlapMs);
    expect(fault(await opening.open(early[1], 'camera'))).toBe('no-key');
  });

  it('who comes at a later step can’t open what was before', async () => {
    const { key, sealing, seal } = both();
    const early = await seal(picture(true));
    const joined = await nextStep(key);
    sealing.use(joined);
    const newcomer = createOpening(() => 0);
    newcomer.learn(joined);
    expect(fault(await newcomer.open(early, 'camera'))).toBe('no-key');
    expect('frame' in (await newcomer.open(await seal(picture(true)), 'camera'))).toBe(true);
  });

  it('a frame that claims a later step without its key moves nothing', async () => {
    const { key, seal, isOpened, opening } = both();
    const liar = createSealing();
    liar.use({ ...firstKey(), step: 200 });
    expect(fault(await opening.open((await liar.seal(picture(true), 'camera')) as Bytes, 'camera'))).toBe('forged');
    expect(keyIdOf(key)).toBe(0);
    expect(await isOpened(await seal(picture(true)))).toBe(true);
  });

  it('a new generation takes over, the older one opens for a while; an older key told again counts no more', async () => {
    const { key, sealing, opening, seal, isOpened, pass } = both();
    const late = [await seal(picture(true)), await seal(picture(true)), await seal(picture(true))] as const;
    const next = firstKey(1);
    opening.learn(next);
    expect(await isOpened(late[0])).toBe(true);
    pass(overlapMs - 1);
    expect(await isOpened(late[1])).toBe(true);
    pass(1);
    expect(fault(await opening.open(late[2], 'camera'))).toBe('no-key');
    opening.learn(key);
    expect(fault(await opening.open(late[2], 'camera'))).toBe('no-key');
    sealing.use(next);
    expect(await isOpened(await seal(picture(true)))).toBe(true);
  });

  it('a key told again does not let the same frame in twice', async () => {
    const { key, opening, seal, isOpened } = both();
    const frame = await seal(picture(true));
    expect(await isOpened(frame)).toBe(true);
    opening.learn(key);
    opening.learn(await nextStep(key));
    expect(fault(await opening.open(frame, 'camera'))).toBe('replayed');
  });
});
