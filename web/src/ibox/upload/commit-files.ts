import type { CommitAnswer, CommitRequest, Outcome } from '@diwan/protocol/ibox-chunks.ts';
import { codeOf } from '../../wire/problem.ts';

type Operation = CommitRequest['operations'][number];
type Commit = (spaceId: string, key: string, operations: Operation[]) => Promise<CommitAnswer>;
interface Waiting {
  operation: Operation;
  answer: PromiseWithResolvers<Outcome>;
}

const operationsAtOnce = 500;
/** A file of more chunks is committed alone: the hub reads it all before it answers, and the small ones needn't wait. */
const fewChunks = 64;

/**
 * Commits the operations of many files together: they gather while a commit is on its way.
 * @param commit may be repeated under its key by whoever makes it
 */
export function committer(commit: Commit) {
  const gathered = new Map<string, Waiting[]>();
  const busy = new Set<string>();

  /** Each operation gets its own answer: over a quota, the half that fits is still taken. */
  async function run(spaceId: string, batch: readonly Waiting[]): Promise<void> {
    try {
      const operations = batch.map(({ operation }) => operation);
      const { outcomes } = await commit(spaceId, newKey(), operations);
      for (const [place, { answer }] of batch.entries()) answer.resolve(outcomes[place] as Outcome);
    } catch (error) {
      if (batch.length === 1 || codeOf(error) !== 'quota_exceeded') {
        for (const { answer } of batch) answer.reject(error);
        return;
      }
      const middle = Math.ceil(batch.length / 2);
      await run(spaceId, batch.slice(0, middle));
      await run(spaceId, batch.slice(middle));
    }
  }

  async function work(spaceId: string): Promise<void> {
    if (busy.has(spaceId)) return;
    busy.add(spaceId);
    for (;;) {
      // What finishes in the same moment goes together.
      await new Promise((resolve) => setTimeout(resolve, 10));
      const batch = gathered.get(spaceId)?.splice(0, operationsAtOnce) ?? [];
      if (batch.length === 0) break;
      await run(spaceId, batch);
    }
    busy.delete(spaceId);
  }

  return {
    /** @throws what the whole request was refused with */
    add(spaceId: string, operation: Operation): Promise<Outcome> {
      const answer = Promise.withResolvers<Outcome>();
      const waiting = { operation, answer };
      if ('content' in operation && operation.content.chunks.length > fewChunks) void run(spaceId, [waiting]);
      else {
        gathered.set(spaceId, [...(gathered.get(spaceId) ?? []), waiting]);
        void work(spaceId);
      }
      return answer.promise;
    },
  };
}

/** A key of ours for one commit. randomUUID is there on https and localhost only. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
