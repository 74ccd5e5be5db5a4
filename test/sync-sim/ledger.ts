import { createHash } from 'node:crypto';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

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
