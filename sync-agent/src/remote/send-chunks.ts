import { longestPack } from '@diwan/protocol/ibox-chunks.ts';
import type { Chunk } from './chunks.ts';
import { gathering } from './gather.ts';

interface Wanted {
  chunk: Chunk;
  sent: PromiseWithResolvers<void>;
}

export interface ChunkWire {
  /** Which of these the hub lacks. */
  missing(hashes: string[]): Promise<Set<string>>;
  sendPack(chunks: Chunk[]): Promise<void>;
  /** Whether more chunks are about to come: then it is better to wait a moment for a fuller pack. */
  isMoreComing(): boolean;
}

const PACKS_AT_ONCE = 3;
const HASHES_AT_ONCE = 10_000;
const CHUNKS_IN_PACK = 2000;
const GATHER_MS = 250;
/** So few bytes are sent without the question whether they are missing: it would cost a round trip and save little. */
const NOT_WORTH_ASKING = 64 * 1024;

/**
 * Brings chunks to the hub, of many files together: asks which are missing, and sends those in packs, several at once. Chunks gather
 * while requests are on their way, so a trickle goes out at once and a flood in full packs.
 */
export function chunkSender(wire: ChunkWire) {
  const wanted = new Map<string, Wanted>();
  const toAsk: Wanted[] = [];
  let toSend: Wanted[] = [];
  let asking = false;
  let sending = 0;
  let scheduled = false;
  const gathered = gathering({ most: 1, waitMs: GATHER_MS, isMoreComing: wire.isMoreComing, go: schedule });
  /** How full a pack would be, 1 being full. */
  const fullness = () => Math.max(toAsk.length / CHUNKS_IN_PACK, sizeOf(toAsk) / longestPack);

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      work();
    });
  }

  function work(): void {
    if (!asking && toAsk.length > 0 && gathered.isDue(fullness())) {
      if (sending === 0 && toSend.length === 0 && sizeOf(toAsk) <= NOT_WORTH_ASKING) toSend = toAsk.splice(0);
      else void ask(toAsk.splice(0, HASHES_AT_ONCE));
    }
    const more = asking || toAsk.length > 0;
    while (sending < PACKS_AT_ONCE && toSend.length > 0) {
      const pack = firstPack(toSend);
      if (more && sending > 0 && pack.length === toSend.length) break;
      toSend = toSend.slice(pack.length);
      sending++;
      void finish(pack, wire.sendPack(pack.map(({ chunk }) => chunk))).finally(() => {
        sending--;
        schedule();
      });
    }
  }

  async function ask(some: Wanted[]): Promise<void> {
    asking = true;
    const missing = wire.missing(some.map(({ chunk }) => chunk.hash));
    const lacking = await missing.catch(() => undefined);
    if (lacking) toSend.push(...some.filter(({ chunk }) => lacking.has(chunk.hash)));
    await finish(lacking ? some.filter(({ chunk }) => !lacking.has(chunk.hash)) : some, missing);
    asking = false;
    schedule();
  }

  async function finish(some: readonly Wanted[], work: Promise<unknown>): Promise<void> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason ?? new Error('not sent'),
    );
    for (const { chunk, sent } of some) {
      wanted.delete(chunk.hash);
      if (error === undefined) sent.resolve();
      else sent.reject(error);
    }
  }

  return {
    /** No more is coming, for now. */
    hurry: schedule,
    /** @returns once all of them are on the hub. @throws what the wire throws */
    async put(chunks: readonly Chunk[]): Promise<void> {
      const all = chunks.map((chunk) => {
        let entry = wanted.get(chunk.hash);
        if (!entry) {
          entry = { chunk, sent: Promise.withResolvers() };
          wanted.set(chunk.hash, entry);
          toAsk.push(entry);
        }
        return entry.sent.promise;
      });
      schedule();
      await Promise.all(all);
    },
  };
}

const sizeOf = (some: readonly Wanted[]) => some.reduce((sum, { chunk }) => sum + chunk.bytes.length, 0);

function firstPack(chunks: readonly Wanted[]): Wanted[] {
  let bytes = 0;
  let count = 0;
  for (const { chunk } of chunks) {
    bytes += chunk.bytes.length;
    if (bytes > longestPack || count === CHUNKS_IN_PACK) break;
    count++;
  }
  return chunks.slice(0, count);
}
