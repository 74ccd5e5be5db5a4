import { longestPack } from '@diwan/protocol/ibox-chunks.ts';
import { FileUnreadable } from './digest.ts';

/** A chunk to be on the hub. `bytes` is a slice of a file: it is read when it goes out, by the browser, not into the page. */
export interface Piece {
  hash: string;
  bytes: Blob;
}

/** Whose chunks they are. */
export interface Owner {
  /** Ends the wish: what only this owner wanted is not sent. */
  signal: AbortSignal;
  /** Bytes that went out (less than 0: that did not after all), or that the hub had (`known`). */
  onBytes: (bytes: number, known: boolean) => void;
}

interface Claim {
  owner: Owner;
  settle: (error?: unknown) => void;
}
interface Wanted extends Piece {
  claims: Set<Claim>;
  /** Bytes gone out in the request that is on its way. */
  out: number;
}

interface Wire {
  missing: (hashes: string[], signal: AbortSignal) => Promise<string[]>;
  sendPack: (pack: Blob, onProgress: (bytes: number) => void, signal: AbortSignal) => Promise<void>;
  /** Whether a request was refused for its bytes: one of the chunks is not what its hash says. */
  isAboutBytes: (error: unknown) => boolean;
}

const packsAtOnce = 3;
const hashesAtOnce = 10_000;
const chunksInPack = 2000;
const frameHead = 4 + 32;

/**
 * Brings chunks to the hub, of many files together: asks which are missing, and sends those in packs. Chunks gather while
 * requests are on their way, so a trickle goes out at once and a flood in full packs.
 * @returns resolves when all pieces are on the hub; rejects with the owner's signal, or what the hub refused
 */
export function chunkSender({ missing, sendPack, isAboutBytes }: Wire) {
  const wanted = new Map<string, Wanted>();
  let toAsk: Wanted[] = [];
  let toSend: Wanted[] = [];
  let asking = false;
  let sending = 0;
  let scheduled = false;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => {
      scheduled = false;
      work();
    });
  }

  function work(): void {
    toAsk = toAsk.filter(isWanted);
    toSend = toSend.filter(isWanted);
    if (!asking && toAsk.length > 0) void ask(toAsk.splice(0, hashesAtOnce));
    const more = asking || toAsk.length > 0;
    while (sending < packsAtOnce && toSend.length > 0) {
      const pack = firstPack(toSend);
      if (more && pack.length === toSend.length) break;
      toSend = toSend.slice(pack.length);
      sending += 1;
      void deliver(pack).finally(() => {
        sending -= 1;
        schedule();
      });
    }
  }

  /** Whoever wants the chunk from now on begins anew. */
  function forget(chunk: Wanted): void {
    if (wanted.get(chunk.hash) === chunk) wanted.delete(chunk.hash);
  }

  async function ask(chunks: Wanted[]): Promise<void> {
    asking = true;
    const watch = whileWanted(chunks);
    try {
      const lacking = new Set(
        await missing(
          chunks.map(({ hash }) => hash),
          watch.signal,
        ),
      );
      for (const chunk of chunks) {
        if (lacking.has(chunk.hash)) toSend.push(chunk);
        else settle(chunk, undefined, true);
      }
    } catch (error) {
      for (const chunk of chunks) settle(chunk, error);
    } finally {
      watch.end();
      asking = false;
      schedule();
    }
  }

  /** Sends a pack; one that is refused for its bytes is halved until the chunk is found that is wrong. */
  async function deliver(pack: Wanted[]): Promise<void> {
    const watch = whileWanted(pack);
    try {
      const body = new Blob(pack.flatMap((chunk) => [head(chunk), chunk.bytes]));
      const onProgress = (bytes: number) => count(pack, bytes);
      const attempt = async () => {
        try {
          await sendPack(body, onProgress, watch.signal);
        } catch (error) {
          onProgress(0);
          throw error;
        }
      };
      await attempt();
      onProgress(body.size);
      for (const chunk of pack) settle(chunk);
    } catch (error) {
      if (pack.length > 1 && isAboutBytes(error)) {
        const middle = Math.ceil(pack.length / 2);
        await deliver(pack.slice(0, middle).filter(isWanted));
        await deliver(pack.slice(middle).filter(isWanted));
      } else for (const chunk of pack) settle(chunk, isAboutBytes(error) ? new FileUnreadable() : error);
    } finally {
      watch.end();
    }
  }

  function settle(chunk: Wanted, error?: unknown, known = false): void {
    forget(chunk);
    for (const { owner, settle: end } of chunk.claims) {
      if (known) owner.onBytes(chunk.bytes.size, true);
      end(error);
    }
    chunk.claims.clear();
  }

  return {
    put(pieces: readonly Piece[], owner: Owner): Promise<void> {
      return new Promise((resolve, reject) => {
        if (owner.signal.aborted) return reject(owner.signal.reason);
        const mine = new Map<Claim, Wanted>();
        const letGo = () => {
          for (const [claim, chunk] of mine) {
            chunk.claims.delete(claim);
            if (!isWanted(chunk)) forget(chunk);
          }
          schedule();
        };
        const stop = () => {
          letGo();
          reject(owner.signal.reason);
        };
        for (const piece of pieces) {
          const chunk = wanted.get(piece.hash) ?? { ...piece, claims: new Set(), out: 0 };
          if (!wanted.has(piece.hash)) {
            wanted.set(piece.hash, chunk);
            toAsk.push(chunk);
          }
          const claim: Claim = {
            owner,
            settle: (error) => {
              mine.delete(claim);
              if (error === undefined && mine.size > 0) return;
              owner.signal.removeEventListener('abort', stop);
              letGo();
              if (error === undefined) resolve();
              else reject(error);
            },
          };
          if (chunk.out > 0) owner.onBytes(chunk.out, false);
          chunk.claims.add(claim);
          mine.set(claim, chunk);
        }
        if (mine.size === 0) return resolve();
        owner.signal.addEventListener('abort', stop);
        schedule();
      });
    },
  };
}

const isWanted = ({ claims }: Wanted) => claims.size > 0;

function firstPack(chunks: readonly Wanted[]): Wanted[] {
  let bytes = 0;
  let count = 0;
  for (const chunk of chunks) {
    bytes += chunk.bytes.size;
    if (bytes > longestPack || count === chunksInPack) break;
    count += 1;
  }
  return chunks.slice(0, count);
}

/** A frame's head: the chunk's length (4 bytes, big-endian) and its SHA-256. */
function head({ hash, bytes }: Piece): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(frameHead);
  new DataView(frame.buffer).setUint32(0, bytes.size);
  frame.set(
    (hash.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)),
    4,
  );
  return frame;
}

/** Tells the owners how much of a pack is out. */
function count(pack: readonly Wanted[], bytes: number): void {
  let begin = 0;
  for (const chunk of pack) {
    const out = Math.max(0, Math.min(chunk.bytes.size, bytes - begin - frameHead));
    if (out !== chunk.out) for (const { owner } of chunk.claims) owner.onBytes(out - chunk.out, false);
    chunk.out = out;
    begin += frameHead + chunk.bytes.size;
  }
}

/** Aborts once none of the chunks is wanted any more. */
function whileWanted(chunks: readonly Wanted[]): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const owners = new Set(chunks.flatMap(({ claims }) => [...claims].map(({ owner }) => owner.signal)));
  const look = () => {
    if (chunks.every(({ claims }) => claims.size === 0)) controller.abort(new DOMException('not wanted', 'AbortError'));
  };
  for (const signal of owners) signal.addEventListener('abort', look);
  return {
    signal: controller.signal,
    end: () => {
      for (const signal of owners) signal.removeEventListener('abort', look);
    },
  };
}
