import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { Delta, longestFetch } from '@diwan/protocol/ibox-chunks.ts';
import { type Disk, isCode, type OpenFile } from '../disk/disk.ts';
import { reached } from '../failpoints.ts';
import { OWN_FOLDER } from '../plan/names.ts';
import type { RemoteNode } from '../plan/tree.ts';
import { refusal } from '../remote/chunks.ts';
import { Refused } from '../remote/client.ts';
import { fetchContents } from '../remote/fetch-contents.ts';
import type { ActionOf, Job } from './job.ts';
import { removeTemporary } from './temporary.ts';
import { writeBehind } from './write-behind.ts';

type Pieces = Delta['pieces'];

/** What is read from the disk at once. */
const STEP = 1024 * 1024;
const RANGES_AT_ONCE = 1000;
/** So much is forced to the disk while more comes: at the end all of it would be waited for. */
const SYNC_EVERY = 64 * 1024 * 1024;

/** Where downloads that were cut off wait to be gone on with. */
export const partsFolder = (root: string) => join(root, OWN_FOLDER, 'parts');

/** What still waits there when all is synchronised is of no use: a version that was replaced, a second name of a file in its place. */
export async function dropParts(disk: Disk, root: string): Promise<void> {
  const folder = partsFolder(root);
  for (const name of disk.look(folder) ? disk.list(folder) : []) await removeTemporary(disk, join(folder, name));
}

/**
 * Fetches a long file: what the old version here has already is taken from it, only the rest from the hub. Cut off, it goes on
 * from there the next time. The whole is checked before it is used.
 * @returns a file of its own, checked, on the disk, with its mtime
 * @throws {Refused | Unreachable}
 */
export async function fetchLarge(job: Job, { key }: ActionOf<'download'>): Promise<string> {
  const { disk, root, ledger } = job;
  const node = ledger.remoteOf(key);
  const folder = partsFolder(root);
  if (!disk.look(folder))
    await disk.mkdir(folder).catch((error) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  const path = join(folder, `${node.key}.${node.version}`);
  const whole: Pieces = [{ length: node.size, from: null }];
  const begun = disk.look(path) !== undefined;
  const old = await oldVersion(job, key, node);
  if (await assemble(job, node, path, old?.pieces ?? whole, old?.path)) return path;
  // What was begun, or is here, is not what it should be: the hub's bytes alone, from the start.
  await removeTemporary(disk, path);
  if ((begun || old) && (await assemble(job, node, path, whole, undefined))) return path;
  await removeTemporary(disk, path);
  throw new Refused({ code: 'content_corrupt', title: '', detail: node.name });
}

/** The file that is here, when it is a version that the hub has too. */
async function oldVersion({ client, state, ledger, signal }: Job, key: string, node: RemoteNode) {
  const entry = ledger.find(key);
  const base = state.base.get(node.key);
  if (!entry?.sha256 || !base || base.sha256 !== entry.sha256 || base.version >= node.version) return undefined;
  const path = `/api/ibox/nodes/${encodeURIComponent(node.key)}/delta`;
  const query = { from: base.version, to: node.version };
  const delta = await client.ask(Delta, path, { query, signal }).catch((error) => {
    if (error instanceof Refused && error.code === 'not_found') return undefined;
    throw error;
  });
  return delta && { pieces: delta.pieces, path: ledger.full(ledger.pathOf(key)) };
}

/** @returns whether the whole is what the hub says */
async function assemble(
  job: Job,
  node: RemoteNode,
  path: string,
  pieces: Pieces,
  oldPath: string | undefined,
): Promise<boolean> {
  const { disk } = job;
  const sum = createHash('sha256');
  const have = await hashed(disk, path, sum);
  if (have > node.size) return false;
  const part = await disk.open(path, 'append');
  reached('part.begun');
  const old = oldPath === undefined ? undefined : await disk.open(oldPath, 'read').catch(() => undefined);
  let syncing = Promise.resolve();
  let unsynced = 0;
  const out = writeBehind(async (bytes) => {
    await part.write(bytes);
    reached('part.filled');
    job.tally.passed(bytes.length);
    unsynced += bytes.length;
    if (unsynced < SYNC_EVERY) return;
    unsynced = 0;
    await syncing;
    syncing = part.sync();
    syncing.catch(() => {});
  });
  try {
    job.tally.passed(have);
    let skip = have;
    let at = 0;
    let ranges: { offset: number; length: number }[] = [];
    const take = async (bytes: Uint8Array) => {
      sum.update(bytes);
      await out.write(bytes);
    };
    const fetchRanges = async () => {
      const wanted = ranges;
      ranges = [];
      await fetchAll(job, node, wanted, take);
    };
    for (const { length, from } of pieces) {
      const skipped = Math.min(skip, length);
      skip -= skipped;
      if (from === null) for (const range of split(at + skipped, length - skipped)) ranges.push(range);
      else if (length > skipped) {
        await fetchRanges();
        if (!old || !(await copy(old, from + skipped, length - skipped, take))) return false;
      }
      at += length;
    }
    await fetchRanges();
    await out.flush();
    if (sum.digest('hex') !== node.sha256) return false;
    if (node.mtime !== null) await part.setMtime(node.mtime);
    await syncing;
    await part.sync();
    reached('part.synced');
    return true;
  } finally {
    // What came before the line was cut need not come again.
    await out.flush().catch(() => {});
    await syncing.catch(() => {});
    await old?.close();
    await part.close();
  }
}

async function hashed(disk: Disk, path: string, sum: Hash): Promise<number> {
  if (!disk.look(path)) return 0;
  const file = await disk.open(path, 'read');
  try {
    const bytes = Buffer.allocUnsafe(STEP);
    let have = 0;
    for (let read = await file.read(bytes); read > 0; read = await file.read(bytes)) {
      sum.update(bytes.subarray(0, read));
      have += read;
    }
    return have;
  } finally {
    await file.close();
  }
}

async function copy(file: OpenFile, from: number, length: number, take: (bytes: Uint8Array) => Promise<void>) {
  const bytes = Buffer.allocUnsafe(Math.min(STEP, length));
  for (let at = 0; at < length; ) {
    const read = await file.read(bytes.subarray(0, Math.min(bytes.length, length - at)), from + at);
    if (read === 0) return false;
    await take(bytes.subarray(0, read));
    at += read;
  }
  return true;
}

function* split(offset: number, length: number) {
  for (let at = 0; at < length; at += longestFetch)
    yield { offset: offset + at, length: Math.min(longestFetch, length - at) };
}

/** Ranges in order, as many in a request as it may answer. */
async function fetchAll(
  { client, signal }: Job,
  { key: id, version }: RemoteNode,
  ranges: readonly { offset: number; length: number }[],
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < ranges.length; ) {
    let bytes = 0;
    const first = at;
    for (; at < ranges.length && at - first < RANGES_AT_ONCE; at++) {
      bytes += ranges[at]?.length ?? 0;
      if (bytes > longestFetch) break;
    }
    const items = ranges.slice(first, at).map((range) => ({ id, version, ...range }));
    for await (const { head, bytes: piece } of fetchContents(client, items, signal)) {
      if (!head.ok) throw refusal(head.code);
      for await (const part of piece) await take(part);
    }
  }
}
