import type { Operation, Outcome } from '@diwan/protocol/ibox-chunks.ts';
import { reached } from '../failpoints.ts';
import { type Stat, wantsExecutable } from '../plan/tree.ts';
import { remoteNode } from '../remote/changes.ts';
import { type Chunk, commit, missingChunks, refusal, sendPack } from '../remote/chunks.ts';
import { gathering } from '../remote/gather.ts';
import { chunkSender } from '../remote/send-chunks.ts';
import { budget } from './budget.ts';
import { recheck } from './change-disk.ts';
import { cutFile, keptWindows } from './cut-file.ts';
import { Stale } from './hold.ts';
import type { ActionOf, Job } from './job.ts';
import { noteSending } from './sending.ts';

type Upload = ActionOf<'upload'>;

/** Files read at the same time. */
const READERS = 4;
/** Bytes read and not yet on the hub. */
const BYTES_AHEAD = 64 * 1024 * 1024;
/** Files read and not yet committed. */
const FILES_AHEAD = 5000;
/** Chunks that were sent may be collected when the commit comes a day later. */
const TRIES = 3;

/**
 * Sends files as they were when they were hashed: small ones share packs and commits, long ones go as they are cut, and only what
 * the hub lacks is sent, so that an upload that was cut off goes on where it was. The hub refuses bytes that hash to something
 * else, so a file that is being written never arrives torn.
 * @throws what stops the whole pass; what was answered until then is noted
 */
export async function uploadFiles(job: Job, actions: Iterable<Upload>): Promise<void> {
  const { client, disk, ledger, state, tally, signal } = job;
  const sender = chunkSender({
    missing: (hashes) => missingChunks(client, hashes, signal),
    sendPack: (chunks) => sendPack(client, chunks, signal).then(() => reached('upload.packed')),
    isMoreComing: () => reading > 0,
  });
  /** Lanes that still read. */
  let reading = READERS;
  const windows = keptWindows();
  const bytesAhead = budget(BYTES_AHEAD);
  const filesAhead = budget(FILES_AHEAD);
  const commits = committer(job, () => reading > 0 || onTheirWay.size > commits.waiting());
  const onTheirWay = new Set<Promise<void>>();
  let stop: { error: unknown } | undefined;

  /** Reads one file and sees its chunks off. @returns their hashes, once all are on the hub */
  async function readAndSend(path: string, stat: Stat) {
    const hashes: string[] = [];
    const sent: Promise<void>[] = [];
    for await (const { chunks, window } of cutFile(disk, path, stat, windows)) {
      if (stop) break;
      reached('upload.read');
      const bytes = sizeOf(chunks);
      await bytesAhead.take(bytes);
      for (const { hash } of chunks) hashes.push(hash);
      const put = sender
        .put(chunks)
        .then(() => {
          tally.passed(bytes);
          // Where it failed, another pack with bytes of it may still be on its way.
          windows.give(window);
        })
        .finally(() => bytesAhead.give(bytes));
      put.catch(() => {});
      sent.push(put);
    }
    return { hashes, sent: Promise.all(sent) };
  }

  async function upload(action: Upload, read: () => void): Promise<void> {
    const entry = ledger.seenOf(action.key);
    const { sha256, stat } = entry;
    if (sha256 === null) throw new Stale(`not read: ${action.key}`);
    const path = ledger.full(ledger.pathOf(action.key));
    recheck(disk, path, entry);
    for (let attempt = 1; ; attempt++) {
      const { hashes, sent } = await readAndSend(path, stat);
      read();
      await sent;
      if (hashes.length < 2 && stat.size > 0 && hashes[0] !== sha256) throw new Stale(`changed: ${path}`);
      recheck(disk, path, entry);
      const replaces = state.remote.get(ledger.keyOf(action.key));
      const mtime = Math.max(0, Math.floor(stat.mtimeMs));
      const bit = replaces ? wantsExecutable(state.base.get(replaces.key), entry, replaces) : entry.executable;
      const content = { sha256, chunks: hashes, mtime, ...(bit !== null && { executable: bit }) };
      const operation: Operation = replaces
        ? { op: 'replace', id: replaces.key, baseVersion: replaces.version, content }
        : { op: 'file', parentId: ledger.idOf(action.to.parent), name: action.to.name, content };
      const outcome = await commits.add(action, operation);
      if (outcome.ok) return noteOver(job, action);
      if (outcome.missing?.length && attempt < TRIES) continue;
      if (outcome.code === 'upload_incomplete') throw new Stale(`changed: ${path}`);
      throw refusal(outcome.code);
    }
  }

  const queue = actions[Symbol.iterator]();
  const lane = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      if (stop || signal?.aborted) return;
      const action = next.value;
      try {
        job.step?.(action);
      } catch (error) {
        stop ??= { error };
        return;
      }
      await filesAhead.take(1);
      // The lane goes on to the next file once this one is read.
      await new Promise<void>((read) => {
        const work: Promise<void> = upload(action, read)
          .catch((error) => {
            try {
              if (signal?.aborted) throw error;
              tally.fail(action, error);
            } catch {
              stop ??= { error };
            }
          })
          .finally(() => {
            filesAhead.give(1);
            onTheirWay.delete(work);
            read();
          });
        onTheirWay.add(work);
      });
    }
  };
  const readAll = Array.from({ length: READERS }, () =>
    lane().finally(() => {
      reading--;
      sender.hurry();
    }),
  );
  await Promise.all(readAll);
  await Promise.all(onTheirWay);
  if (stop) throw stop.error;
  signal?.throwIfAborted();
}

/** Told as a conflict: of the two, the hub's is an earlier version now. */
function noteOver({ state, ledger, did }: Job, { key, over }: Upload): void {
  if (over === undefined) return;
  const path = ledger.pathOf(key);
  state.addConflict({ at: Date.now(), path, copy: `version ${over}` });
  did?.({ did: 'conflict', at: 'there', path, other: `version ${over}` });
}

const OPERATIONS_AT_ONCE = 1000;
const ENOUGH_TO_GO = 500;
const GATHER_MS = 300;
/** A file of more chunks is committed alone: the hub reads it all before it answers, and the small ones need not wait. */
const FEW_CHUNKS = 64;

interface Waiting {
  action: Upload;
  operation: Operation;
  answer: PromiseWithResolvers<Outcome>;
}

/** Commits files together: they gather while others are on their way. What was taken is noted, in one transaction. */
function committer(job: Job, isMoreComing: () => boolean) {
  const { client, spaceId, signal, state, ledger, tally } = job;
  const gathered: Waiting[] = [];
  let waiting = 0;
  let busy = false;
  const due = gathering({ most: ENOUGH_TO_GO, waitMs: GATHER_MS, isMoreComing, go: () => void work() });

  async function send(batch: readonly Waiting[]): Promise<void> {
    try {
      const operations = batch.map(({ operation }) => operation);
      noteSending(
        job,
        batch.map(({ action }) => action),
      );
      reached('upload.announced');
      const outcomes = await commit(client, spaceId, operations, signal);
      reached('upload.answered');
      state.together(() => {
        batch.forEach(({ action }, place) => {
          const outcome = outcomes[place];
          if (!outcome?.ok || !outcome.node) return;
          ledger.adopt(action.key, remoteNode(outcome.node));
          ledger.settle(action.key);
        });
      });
      reached('upload.noted');
      batch.forEach(({ action, answer }, place) => {
        const outcome = outcomes[place] ?? { ok: false, code: 'internal' };
        if (outcome.ok) tally.done(action);
        answer.resolve(outcome);
      });
    } catch (error) {
      for (const { answer } of batch) answer.reject(error);
    }
  }

  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    // What is ready in the same moment goes together.
    await new Promise(setImmediate);
    while (due.isDue(gathered.length)) await send(gathered.splice(0, OPERATIONS_AT_ONCE));
    busy = false;
  }

  return {
    /** Files that wait for their answer. */
    waiting: () => waiting,
    add(action: Upload, operation: Operation): Promise<Outcome> {
      const answer = Promise.withResolvers<Outcome>();
      const entry = { action, operation, answer };
      waiting++;
      if ('content' in operation && operation.content.chunks.length > FEW_CHUNKS) void send([entry]);
      else {
        gathered.push(entry);
        void work();
      }
      return answer.promise.finally(() => {
        waiting--;
      });
    },
  };
}

const sizeOf = (chunks: readonly Chunk[]) => chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
