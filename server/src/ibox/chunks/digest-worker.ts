import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { cutter } from './digest.ts';
import type { Job, Reply } from './digest-pool.ts';

/** A thread of the digest pool: lanes, each the cutting or the whole hash of one content, that go on with every job. */
const cutters = new Map<number, ReturnType<typeof cutter>>();
const hashes = new Map<number, Hash>();

function work({ lane, kind, bytes, from, to, last }: Job): Reply {
  if (kind === 'cut') {
    const cut = cutters.get(lane) ?? cutter();
    if (last) cutters.delete(lane);
    else cutters.set(lane, cut);
    return { lane, cuts: cut(bytes, from, to, last) };
  }
  const hash = hashes.get(lane) ?? createHash('sha256');
  hash.update(bytes.subarray(from, to));
  if (!last) {
    hashes.set(lane, hash);
    return { lane };
  }
  hashes.delete(lane);
  return { lane, sha256: hash.digest('hex') };
}

parentPort?.on('message', (job: Job | { end: number }) => {
  if ('end' in job) {
    cutters.delete(job.end);
    hashes.delete(job.end);
  } else parentPort?.postMessage(work(job));
});
