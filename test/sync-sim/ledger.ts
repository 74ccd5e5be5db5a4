import { createHash } from 'node:crypto';

/** Of long contents, which are asked for again and again, and never changed in place. */
const known = new WeakMap<Uint8Array, string>();
const LONG = 65_536;

export function sha256(bytes: Uint8Array): string {
  const found = known.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
  if (bytes.length > LONG) known.set(bytes, found);
  return found;
}

export interface Written {
  /** Where and when, for the one who reads a broken seed. */
  by: string;
  /** A person deleted or overwrote it, somewhere. */
  removed: boolean;
  /** The hub answered for it. */
  acknowledged: boolean;
  /** It was on the hub only, and the hub was set back to before. */
  lostWithHub: boolean;
}

/** Every content that a person ever wrote. No two are equal, save copies. */
export function createLedger() {
  const contents = new Map<string, Written>();
  let count = 0;
  return {
    contents,
    /** A content that was never there before. */
    fresh(random: () => number, length = 8 + Math.floor(random() * 60)): Buffer {
      return Buffer.from(`${++count}:`.padEnd(length, `${Math.floor(random() * 1e9)} `));
    },
    /** Some megabytes that do not repeat themselves: of many chunks, and fetched by itself. */
    long(random: () => number): Buffer {
      const words = new Uint32Array(1_050_000 + Math.floor(random() * 300_000));
      for (let at = 0; at < words.length; at++) words[at] = random() * 2 ** 32;
      return Buffer.from(words.buffer);
    },
    wrote(bytes: Uint8Array, by: string) {
      const key = sha256(bytes);
      if (!contents.has(key)) contents.set(key, { by, removed: false, acknowledged: false, lostWithHub: false });
    },
    removed(key: string | null | undefined) {
      const written = key ? contents.get(key) : undefined;
      if (written) written.removed = true;
    },
    acknowledged(key: string) {
      const written = contents.get(key);
      if (written) written.acknowledged = true;
    },
  };
}
export type Ledger = ReturnType<typeof createLedger>;
