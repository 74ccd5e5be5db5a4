import { findCut, limitsAt, newSearch } from '@diwan/protocol/ibox-cut.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Cut, DigestReply, DigestRequest } from './digest.ts';

/** How much of a file is in memory: more than the longest chunk, so that each stretch ends one at least. */
const stretch = 8 * 1024 * 1024;

/** Cuts and hashes the stretch of a file that begins at `from`, where a chunk begins. */
async function cutStretch(file: Blob, from: number): Promise<Cut[]> {
  const bytes = new Uint8Array(await file.slice(from, from + stretch).arrayBuffer());
  const endsFile = from + bytes.length >= file.size;
  const found: { length: number; hash: Promise<string> }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const cut = findCut(newSearch(limitsAt(from + at)), bytes, at, bytes.length);
    if (cut === -1 && !endsFile) break;
    const end = cut === -1 ? bytes.length : cut;
    found.push({ length: end - at, hash: hashed(bytes.subarray(at, end)) });
    at = end;
  }
  return Promise.all(found.map(async ({ length, hash }) => ({ length, hash: await hash })));
}

/** Browsers hash by themselves where the page is safe (https, localhost); elsewhere we do, some twenty times slower. */
async function hashed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = crypto.subtle ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)) : sha256(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

self.onmessage = async ({ data: { id, file, from } }: MessageEvent<DigestRequest>) => {
  const reply = (answer: DigestReply) => self.postMessage(answer);
  try {
    reply({ id, cuts: await cutStretch(file, from) });
  } catch {
    reply({ id, cuts: undefined });
  }
};
