import { longestPack } from '@diwan/protocol/ibox-chunks.ts';
import { sha256 as hashOf } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileUnreadable } from './digest.ts';
import { chunkSender, type Piece } from './send-chunks.ts';

const sha256 = (bytes: Uint8Array) => bytesToHex(hashOf(bytes));
const pieceOf = (bytes: Uint8Array<ArrayBuffer>, hash = sha256(bytes)): Piece => ({ hash, bytes: new Blob([bytes]) });
const numbered = (n: number, length = 100) => Uint8Array.from({ length }, (_, i) => (n * 31 + i) % 251);

/** The hub's side of the two requests, checking frames as it does. */
function hub({ has = [] as string[], wait = async () => {} } = {}) {
  const chunks = new Set(has);
  const packs: string[][] = [];
  const wire = {
    missing: async (hashes: string[]) => {
      await wait();
      return hashes.filter((hash) => !chunks.has(hash));
    },
    sendPack: async (pack: Blob, onProgress: (bytes: number) => void, signal: AbortSignal) => {
      const body = new Uint8Array(await pack.arrayBuffer());
      onProgress(Math.floor(body.length / 2));
      await wait();
      signal.throwIfAborted();
      const came: string[] = [];
      for (let at = 0; at < body.length; ) {
        const length = new DataView(body.buffer).getUint32(at);
        const hash = bytesToHex(body.subarray(at + 4, at + 36));
        const bytes = body.subarray(at + 36, at + 36 + length);
        if (sha256(bytes) !== hash) throw new Error('wrong');
        came.push(hash);
        at += 36 + length;
      }
      for (const hash of came) chunks.add(hash);
      packs.push(came);
      onProgress(body.length);
    },
    isAboutBytes: (error: unknown) => error instanceof Error && error.message === 'wrong',
  };
  return { chunks, packs, wire };
}
function owner() {
  const abort = new AbortController();
  const heard = { sent: 0, known: 0 };
  const onBytes = (bytes: number, known: boolean) => {
    heard.sent += bytes;
    if (known) heard.known += bytes;
  };
  return { signal: abort.signal, onBytes, heard, abort };
}

it('R-40 what is missing goes out, in packs within their limit; what is there does not; each byte is counted once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(30), { maxLength: 40 }), { minLength: 1, maxLength: 8 }),
      fc.uniqueArray(fc.nat(30)),
      async (files, known) => {
        const { chunks, packs, wire } = hub({ has: known.map((n) => sha256(numbered(n))) });
        const sender = chunkSender(wire);
        const owners = await Promise.all(
          files.map(async (numbers) => {
            const one = owner();
            await sender.put(
              numbers.map((n) => pieceOf(numbered(n))),
              one,
            );
            expect(one.heard.sent).toBe(numbers.length * 100);
            return one;
          }),
        );
        for (const n of files.flat()) expect(chunks.has(sha256(numbered(n)))).toBe(true);
        const sent = packs.flat();
        expect(new Set(sent).size).toBe(sent.length);
        for (const n of known) expect(sent).not.toContain(sha256(numbered(n)));
        const total = owners.reduce((sum, { heard }) => sum + heard.known, 0);
        expect(total).toBe(files.flat().filter((n) => known.includes(n)).length * 100);
      },
    ),
    { numRuns: 100 },
  );
});

it('R-40 a thousand small chunks are few requests, and a pack is no longer than the hub takes', async () => {
  const { packs, wire } = hub();
  const sender = chunkSender(wire);
  await sender.put(
    Array.from({ length: 1000 }, (_, n) => pieceOf(Uint8Array.from([n >> 8, n & 255]))),
    owner(),
  );
  expect(packs.length).toBe(1);
  const large = Array.from({ length: 5 }, (_, n) => pieceOf(new Uint8Array(3 * 1024 * 1024).fill(n)));
  await sender.put(large, owner());
  expect(
    packs
      .slice(1)
      .map((pack) => pack.length)
      .sort(),
  ).toEqual([1, 2, 2]);
  expect(2 * 3 * 1024 * 1024).toBeLessThanOrEqual(longestPack);
});

it('R-40 who gives up stops only their own chunks; who comes back gets all of them', async () => {
  const gate = Promise.withResolvers<void>();
  const { chunks, wire } = hub({ wait: () => gate.promise });
  const sender = chunkSender(wire);
  const [one, two] = [owner(), owner()];
  const shared = pieceOf(numbered(1));
  const first = sender.put([shared, pieceOf(numbered(2))], one);
  const second = sender.put([shared, pieceOf(numbered(3))], two);
  one.abort.abort(new Error('paused'));
  await expect(first).rejects.toThrow('paused');
  const again = owner();
  const third = sender.put([shared, pieceOf(numbered(2))], again);
  gate.resolve();
  await Promise.all([second, third]);
  expect(chunks).toEqual(new Set([1, 2, 3].map((n) => sha256(numbered(n)))));
  expect([two.heard.sent, again.heard.sent]).toEqual([200, 200]);
});

it('R-40 a file that changed on the disk fails alone; the others in its pack arrive', async () => {
  const { chunks, wire } = hub();
  const sender = chunkSender(wire);
  const good = Array.from({ length: 6 }, (_, n) => sender.put([pieceOf(numbered(n))], owner()));
  const changed = sender.put([pieceOf(numbered(50), sha256(numbered(51)))], owner());
  await expect(changed).rejects.toBeInstanceOf(FileUnreadable);
  await Promise.all(good);
  expect(chunks.size).toBe(6);
});
