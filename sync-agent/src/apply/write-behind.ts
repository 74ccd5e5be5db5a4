/**
 * Gathers small pieces and writes them in order, one long piece while the next gathers. Once a write failed nothing more is written: what
 * lies on the disk stays a beginning of the whole.
 * @param size bytes of a long piece
 */
export function writeBehind(write: (bytes: Uint8Array) => Promise<void>, size = 1024 * 1024) {
  let gathering = Buffer.allocUnsafeSlow(size);
  let other = Buffer.allocUnsafeSlow(size);
  let used = 0;
  let writing = Promise.resolve();

  async function handOver(): Promise<void> {
    await writing;
    writing = write(gathering.subarray(0, used));
    writing.catch(() => {});
    [gathering, other] = [other, gathering];
    used = 0;
  }
  return {
    /** The bytes are the caller's again at once. @throws what an earlier write failed with */
    async write(bytes: Uint8Array): Promise<void> {
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + size - used);
        gathering.set(part, used);
        used += part.length;
        at += part.length;
        if (used === size) await handOver();
      }
    },
    /** All that was given is written. @throws what a write failed with */
    async flush(): Promise<void> {
      if (used > 0) await handOver();
      await writing;
    },
  };
}
