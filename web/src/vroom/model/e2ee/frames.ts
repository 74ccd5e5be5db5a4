import type { Source } from '@diwan/protocol/vroom.ts';
import { type Bytes, concat, decodeHeader, type FrameKey, frameKey, openFrame, ratchet, sealFrame } from './sframe.ts';

/** What one page seals its frames with. Each generation is random; its steps follow from one another, forward only. */
export interface SenderKey {
  generation: number;
  step: number;
  secret: Bytes;
}

/** Generation and step in one key id (RFC 9605, section 5.1); a sender who has made all steps makes a new generation. */
export const stepsOfGeneration = 256;
export const keyIdOf = ({ generation, step }: Pick<SenderKey, 'generation' | 'step'>): number =>
  generation * stepsOfGeneration + step;

export const nextStep = async ({ generation, step, secret }: SenderKey): Promise<SenderKey> => ({
  generation,
  step: step + 1,
  secret: await ratchet(secret),
});

const sourceNumber: Record<Source, number> = { microphone: 1, camera: 2, screen: 3, 'screen-audio': 4 };
const isPicture = (source: Source) => source === 'camera' || source === 'screen';

/**
 * How many bytes at the beginning of a frame stay readable, though not changeable: of VP8 (RFC 6386, section 9.1) what the SFU and the
 * browser's depacketizer look at. Sound needs none.
 */
export function clearBytes(frame: Bytes, source: Source): number {
  if (!isPicture(source) || frame.length === 0) return 0;
  const isKeyFrame = ((frame[0] as number) & 1) === 0;
  return isKeyFrame ? 10 : 1;
}

const metadataOf = (source: Source, clear: Bytes) => concat(Uint8Array.of(sourceNumber[source]), clear);

// ---- sending -----------------------------------------------------------------------------------------------------

export interface Sealing {
  use: (key: SenderKey) => void;
  /** Nothing as long as there is no key, or when this is no frame of VP8: what can't be sealed is not sent. */
  seal: (frame: Bytes, source: Source) => Promise<Bytes | undefined>;
}

/** All frames of one page: one counter for all sources, layers and keys, so that no nonce comes twice. */
export function createSealing(): Sealing {
  let key: Promise<FrameKey> | undefined;
  let counter = 0;
  return {
    use(next) {
      key = frameKey(next.secret, keyIdOf(next));
    },
    async seal(frame, source) {
      const clear = frame.subarray(0, clearBytes(frame, source));
      if (key === undefined || clear.length < clearBytes(frame, source)) return undefined;
      const own = counter++;
      const sealed = await sealFrame(await key, own, frame.subarray(clear.length), metadataOf(source, clear));
      return concat(clear, sealed);
    },
  };
}

// ---- receiving ---------------------------------------------------------------------------------------------------

/** `no-key`: sealed with one that is not here (yet). `forged`: not sealed at all, or changed, or another source's. */
export type Fault = 'no-key' | 'forged' | 'replayed';
export type Opened = { frame: Bytes } | { fault: Fault };

export interface Opening {
  /** A key of this sender; what is older than the newest one known does not count. */
  learn: (key: SenderKey) => void;
  open: (frame: Bytes, source: Source) => Promise<Opened>;
}

/** How long what was sealed before the newest key still opens, in ms: the network may be that late. */
export const overlapMs = 10_000;
const windowSize = 2048;

interface Generation {
  /** As far as it is known. */
  newest: SenderKey;
  /** By step. */
  readonly keys: Map<number, { key: Promise<FrameKey>; until: number }>;
  readonly seen: Map<Source, { highest: number; counters: Float64Array }>;
  until: number;
}

/** All frames of one other page. @param now in ms */
export function createOpening(now: () => number): Opening {
  const generations = new Map<number, Generation>();
  let latest = -1;

  function learn(key: SenderKey): void {
    const known = generations.get(key.generation);
    if (key.generation < latest || (known && key.step <= known.newest.step)) return;
    const generation = known ?? begin(key);
    advance(generation, key);
  }

  function begin(key: SenderKey): Generation {
    for (const older of generations.values()) older.until = Math.min(older.until, now() + overlapMs);
    latest = key.generation;
    const generation: Generation = { newest: key, keys: new Map(), seen: new Map(), until: Number.POSITIVE_INFINITY };
    generations.set(key.generation, generation);
    return generation;
  }

  /** The older secret is forgotten: from here on nobody can go back to it, not even with this machine in their hands. */
  function advance(generation: Generation, next: SenderKey): void {
    for (const older of generation.keys.values()) older.until = Math.min(older.until, now() + overlapMs);
    generation.newest = next;
    generation.keys.set(next.step, {
      key: frameKey(next.secret, keyIdOf(next)),
      until: Number.POSITIVE_INFINITY,
    });
  }

  function forget(): void {
    for (const [number, generation] of generations) {
      if (generation.until <= now()) generations.delete(number);
      for (const [step, { until }] of generation.keys) if (until <= now()) generation.keys.delete(step);
    }
  }

  async function open(frame: Bytes, source: Source): Promise<Opened> {
    const clear = frame.subarray(0, clearBytes(frame, source));
    const sealed = frame.subarray(clear.length);
    const header = decodeHeader(sealed);
    if (header === undefined) return { fault: 'forged' };
    forget();
    const step = header.keyId % stepsOfGeneration;
    const generation = generations.get(Math.floor(header.keyId / stepsOfGeneration));
    if (generation === undefined) return { fault: 'no-key' };
    let ahead: SenderKey | undefined;
    let key = generation.keys.get(step)?.key;
    if (key === undefined) {
      if (step < generation.newest.step) return { fault: 'no-key' };
      ahead = generation.newest;
      while (ahead.step < step) ahead = await nextStep(ahead);
      key = frameKey(ahead.secret, header.keyId);
    }
    const opened = await openFrame(await key, sealed, metadataOf(source, clear));
    if (opened === undefined) return { fault: 'forged' };
    // The sender has ratcheted: believed only now that the frame has proved it. Another stream may have been faster.
    if (ahead !== undefined && ahead.step > generation.newest.step) advance(generation, ahead);
    if (!isNew(generation, source, header.counter)) return { fault: 'replayed' };
    return { frame: concat(clear, opened) };
  }

  return { learn, open };
}

/** Notes a counter; one that was seen, or is too old to tell, is not new. */
function isNew({ seen }: Generation, source: Source, counter: number): boolean {
  const known = seen.get(source);
  const window = known ?? { highest: -1, counters: new Float64Array(windowSize).fill(-1) };
  seen.set(source, window);
  if (counter <= window.highest - windowSize) return false;
  const place = counter % windowSize;
  if (window.counters[place] === counter) return false;
  window.counters[place] = counter;
  window.highest = Math.max(window.highest, counter);
  return true;
}
