/**
 * Content-defined chunking: FastCDC with normalised chunking, level 2 (Xia et al., "The Design of Fast Content-Defined Chunking for
 * Data Deduplication Based Storage Systems", IEEE TPDS 2020). Cuts depend on the bytes near them only, so bytes inserted in a file
 * change the chunks around them and no others.
 *
 * This way of cutting has the number 1. It is stored with each content and must never change: another one gets another number. The hub, the browser and any agent that sends
 * chunks cut by it, so that the same bytes have the same chunks.
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
 * Written out, so that every side has them without hashing first.
 */
export const gear = Int32Array.from(
  `
  ecd3b9b6 9f46b2ca 3c507c27 defaedc7 ae5b9237 968d44d6 18d46ce1 e801dba4 03ec4673 5cc1b94c d8aba69e 7da59e9d 7d51457f 307e2999 28bf0b0d 3c88de22
  37ae2be8 07406bbe 0fa11907 885cbe98 6b651812 aa512ad7 03c5637e 04aba101 1e11558a 24287377 db9f9f5d e1e05af3 2961921a edfa3db3 038860e8 63f32aea
  640667cd 722cd6e1 8b4fb695 d9d106c3 d64e6985 479a2e7e ba41a529 c26fdde5 6d470146 01ad8aa7 500f1978 ea3c1390 88357631 213036ab 99b6eaa9 8fd14c84
  c6c0780a a90222f2 1f1fe0ae 1024fe16 541b02c5 2f259a24 09ee8935 94491c3b 7ed9ec97 56f4b089 5f606be3 23dd982c 9f856a3d c0ffaa65 ca2383c1 c7b15cbb
  d2f52918 5c131591 c95ccb75 7e670806 22aaa5b4 ba0c1347 7545de79 5ebe6714 a921c672 ac2048eb 8d90c12a 3c953d58 26df254d e7dc334f 3634768b 94ed8c95
  112fa9ca f0c74b7a f5f694cd fe0d8f97 796e8847 7659ff57 aee10328 51ecbc9e c25d8ca5 e804e515 6885360c ac9f1728 a7913070 a15f1779 c2a8a964 a5a1ade1
  667ee92c 63343320 3c7b429f a804d6e7 b05452b9 2e099994 51f21ae3 82e14781 bbd56ad7 813e3b6b 9c2e8eb6 40e5a731 2def197a 1f3c4f24 1069f59e 6f865582
  ab4bd7b7 aad68cb9 000847f4 c28f6118 adadfcff ced0d987 8ee1de02 7aec6561 76533085 7329e8b8 da4740ee 7a49214a f189855d 9243f42d d160b5f1 4c78fc2b
  be032bdd f1631a4b 0e0a53a2 578e987f 99263ca9 1699b833 5ddaf996 d0b4338b 8083bb87 cbf9b6ec ba4a8821 2d79a607 6d213ebc 11ac9a00 cf3a0ad0 c03dcaa5
  67ccfb34 9112063d 57831ea2 1640fc38 3dedb04e 87f889a1 adddf44f 4fd9707f 7078789e 3c011772 2905d1c2 43aa8695 5be1e7a1 750352d5 5d53c10a 02ad4ab4
  a61812f1 032033ae 8a5d242d 42903736 3ea04e12 4a265a18 bef42208 52a005c7 a6e4f1e7 95db46b6 c4ee5be6 030ba81d 92cc2e5f 3da6c861 8b2c6e29 ada0f8a9
  aee52125 d112d445 07586523 191bd3a2 d66519d9 040a4bd8 583e2e87 1e4e74b6 797c5376 29277cb2 9ac39b89 b5c36d80 c8295c3c f3ec02d4 9879cfbd b3f01dd8
  b1cf16c4 3628b874 18b51b92 be0a4db3 1aa67b3f f39234b1 c5730f76 4edc03ff 49997519 06483099 83cb1bbb 106ca0ca acb7f13a 1ad7f55b b652adbe 0de20e76
  31581060 d9ca0a31 06148007 3fc703c5 f00eb8f1 ffb3cbae b012caab aea47d39 0590002e 794d5a3a 85ca0e6c 5522eb69 84021ac7 f30c290a 783b5f3b 06499d86
  4370dc16 f02c8034 3ae9281a 5170da01 eb80b62d 82e151a8 52050cc6 c04a202c 3e9f2cfd 57407f03 7afee5c3 b59b5da7 d953ee5f 4e927851 9ac7c930 c92c998d
  68fd4ec7 b49d889a 999eaa4e 54051611 86f092e5 cb5f0b1d 95f28344 98fb8c5b c04fa219 b26f2348 25ef17a6 d84b98c0 b5226b92 58c26bc2 da32f954 fda089d6
`
    .trim()
    .split(/\s+/),
  (hex) => Number.parseInt(hex, 16) | 0,
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
