/** A stretch of an object, in bytes. */
export interface ByteRange {
  offset: number;
  length: number;
}

/**
 * Where bytes are kept, under names that we choose: `[a-z0-9-]`, with `/` between parts. Objects are at most 16 MiB, written once
 * and never changed. A store keeps what `put` answered for through a power cut, and serves whole objects or an error.
 *
 * Each function throws HubError `storage_unavailable` when the store can't be reached, with seconds to wait.
 */
export interface ObjectStore {
  /** Bytes that one `get` of a long stretch is best for: what a request costs there, against the memory it takes here. */
  readonly longRead: number;
  /**
   * Durable when it resolves.
   * @param pieces the object's bytes, in order
   * @throws {HubError} storage_full
   */
  put(key: string, pieces: readonly Uint8Array[]): Promise<void>;
  /**
   * @param into where to put the bytes, as long as the range; without it they come in memory of their own
   * @throws {HubError} content_corrupt when the object is missing or ends before the range does
   */
  get(key: string, range: ByteRange, into?: Uint8Array): Promise<Uint8Array>;
  /** Its size in bytes; undefined when there is none. */
  head(key: string): Promise<number | undefined>;
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>;
  /** Every key that begins with the prefix, in no order. For verification only: it is slow. */
  list(prefix: string): AsyncIterable<string>;
}

/** @throws {Error} for a name that could leave the store's folder, or that the stores would treat differently */
export function checkKey(key: string): void {
  if (!/^[a-z0-9-]+(\/[a-z0-9-]+)*$/.test(key)) throw new Error(`not an object's key: ${JSON.stringify(key)}`);
}
