import { createHash } from 'node:crypto';

/**
 * Content-defined chunking: FastCDC with normalised chunking, level 2 (Xia et al., "The Design of Fast Content-Defined Chunking for
 * Data Deduplication Based Storage Systems", IEEE TPDS 2020). Cuts depend on the bytes near them only, so bytes inserted in a file
 * change the chunks around them and no others.
 *
 * This way of cutting has the number 1. It is stored with each content and must never change: another one gets another number.
 */
export const chunking = 1;

const kib = 1024;
const mib = 1024 * kib;

/**
 * Average chunk sizes by where in the content a chunk begins: small files are cut finely, huge ones have few chunks. By place and
 * not by the size of the whole: a stream is cut while it comes, and a file that grows past a limit keeps its chunks.
 */
const classes = [
  { from: 0, average: 64 * kib },
  { from: 16 * mib, average: 256 * kib },
  { from: 4096 * mib, average: 1 * mib },
].map(({ from, average }) => ({ from, ...limitsOf(average) }));

/** No chunk of any class is longer, in bytes. */
export const longestChunk = 4 * mib;

/** Sizes in bytes. A cut is where the hash has zeros under the mask: rarely before `normal`, easily after it. */
export interface CutLimits {
  min: number;
  normal: number;
  max: number;
  strictMask: number;
  easyMask: number;
}

/** @param average of the chunks, in bytes; a power of two */
export function limitsOf(average: number): CutLimits {
  const bits = Math.log2(average);
  return {
    min: average / 4,
    normal: average,
    max: average * 4,
    strictMask: topBits(bits + 2),
    easyMask: topBits(bits - 2),
  };
}

/** The hash shifts left, so its top bits have seen the most bytes. */
function topBits(count: number): number {
  return -1 << (32 - count);
}

/** @param start where in the content the chunk begins, in bytes */
export function limitsAt(start: number): CutLimits {
  let found: CutLimits | undefined;
  for (const limits of classes) if (start >= limits.from) found = limits;
  return found as CutLimits;
}

/**
 * One random number for each byte value: SHA-256 of "diwan gear 1 " and the value in decimal, its first four bytes, big-endian.
 * Written down as a rule so that agents make the same cuts.
 */
const gear = Int32Array.from({ length: 256 }, (_, byte) =>
  createHash('sha256').update(`diwan gear 1 ${byte}`).digest().readInt32BE(0),
);

/** Looks for the end of one chunk, and can go on where the bytes ended. */
export interface CutSearch {
  limits: CutLimits;
  /** Bytes of the chunk that were looked at. */
  seen: number;
  hash: number;
}

export const newSearch = (limits: CutLimits): CutSearch => ({ limits, seen: 0, hash: 0 });

/** After so many bytes the hash has forgotten the first. */
const window = 32;

/**
 * @param from, to the bytes that follow those already seen
 * @returns the end of the chunk in `bytes`, or -1 when it ends later; the search has then seen them all
 */
export function findCut(search: CutSearch, bytes: Uint8Array, from: number, to: number): number {
  const { min, normal, max, strictMask, easyMask } = search.limits;
  const begin = from - search.seen;
  const limit = (length: number) => Math.min(begin + length, to);
  // No chunk is shorter than `min`: its first bytes needn't be looked at, but for those that the hash remembers there.
  const warmFrom = Math.max(from, limit(min - window));
  const strictFrom = Math.max(from, limit(min));
  const easyFrom = Math.max(from, limit(normal));
  const end = limit(max);

  warm(search, bytes, warmFrom, strictFrom);
  let cut = roll(search, bytes, strictFrom, easyFrom, strictMask);
  if (cut === -1) cut = roll(search, bytes, easyFrom, end, easyMask);
  if (cut === -1 && end === begin + max) cut = end;
  search.seen = to - begin;
  return cut;
}

function warm(search: CutSearch, bytes: Uint8Array, from: number, to: number): void {
  let hash = search.hash;
  for (let at = from; at < to; at++) hash = ((hash << 1) + (gear[bytes[at] as number] as number)) | 0;
  search.hash = hash;
}

/**
 * Sees nearly every byte stored. Four bytes at a time out of one word: twice as fast as one by one. `| 0` keeps V8 in 32-bit
 * integers. Words are little-endian, as on every machine that Node 24 is built for but IBM Z, which takes the bytes one by one.
 */
function roll(search: CutSearch, bytes: Uint8Array, from: number, to: number, mask: number): number {
  const firstWord = Math.min(to, from + (-(bytes.byteOffset + from) & 3));
  const count = isLittleEndian ? (to - firstWord) >> 2 : 0;
  let cut = rollBytes(search, bytes, from, firstWord, mask);
  if (cut === -1 && count > 0) {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + firstWord, count);
    const cutInWords = rollWords(search, words, mask);
    if (cutInWords !== -1) cut = firstWord + cutInWords;
  }
  return cut === -1 ? rollBytes(search, bytes, firstWord + count * 4, to, mask) : cut;
}

const isLittleEndian = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

function rollBytes(search: CutSearch, bytes: Uint8Array, from: number, to: number, mask: number): number {
  let hash = search.hash | 0;
  for (let at = from; at < to; at++) {
    hash = ((hash << 1) + (gear[bytes[at] as number] as number)) | 0;
    if ((hash & mask) === 0) return at + 1;
  }
  search.hash = hash;
  return -1;
}

function rollWords(search: CutSearch, words: Int32Array, wantedMask: number): number {
  const table = gear;
  const mask = wantedMask | 0;
  const end = words.length | 0;
  let hash = search.hash | 0;
  for (let at = 0; at < end; at = (at + 1) | 0) {
    const word = words[at] as number;
    hash = ((hash << 1) + (table[word & 255] as number)) | 0;
    if ((hash & mask) === 0) return at * 4 + 1;
    hash = ((hash << 1) + (table[(word >> 8) & 255] as number)) | 0;
    if ((hash & mask) === 0) return at * 4 + 2;
    hash = ((hash << 1) + (table[(word >> 16) & 255] as number)) | 0;
    if ((hash & mask) === 0) return at * 4 + 3;
    hash = ((hash << 1) + (table[word >>> 24] as number)) | 0;
    if ((hash & mask) === 0) return at * 4 + 4;
  }
  search.hash = hash;
  return -1;
}
