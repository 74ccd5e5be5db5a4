import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { cutter } from './digest.ts';
import type { Job, Message, Reply } from './digest-pool.ts';

/** A thread of the digest pool: lanes, each the cutting or the whole hash of one content, that go on with every job. */
const cutters = new Map<number, ReturnType<typeof cutter>>();
const wholes = new Map<number, Hash>();
const memories = new Map<number, Uint8Array>();

function work(job: Job): Reply {
  const bytes = memories.get(job.memory);
  if (!bytes) throw new Error(`memory ${job.memory} is not known`);
  switch (job.kind) {
    case 'cut': {
      const cut = cutters.get(job.lane) ?? cutter();
      if (job.last) cutters.delete(job.lane);
      else cutters.set(job.lane, cut);
      return { cuts: cut(bytes, job.from, job.to, job.last) };
    }
    case 'hash': {
      const hash = wholes.get(job.lane) ?? createHash('sha256');
      hash.update(bytes.subarray(job.from, job.to));
      if (!job.last) {
        wholes.set(job.lane, hash);
        return {};
      }
      wholes.delete(job.lane);
      return { sha256: hash.digest('hex') };
    }
    case 'each': {
      const hashes = new Uint8Array(job.lengths.length * 32);
      let at = job.from;
      for (const [place, length] of job.lengths.entries()) {
        hashes.set(
          createHash('sha256')
            .update(bytes.subarray(at, at + length))
            .digest(),
          place * 32,
        );
        at += length;
      }
      return { hashes };
    }
  }
}

parentPort?.on('message', (message: Message) => {
  if ('job' in message) parentPort?.postMessage(work(message.job));
  else if ('shared' in message) memories.set(message.memory, new Uint8Array(message.shared));
  else if ('forget' in message) memories.delete(message.forget);
  else {
    cutters.delete(message.endLane);
    wholes.delete(message.endLane);
  }
});
