import { createHash, randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import { bytesOf, inPieces } from '../../server/src/ibox/test-room.ts';
import { copyNode } from '../../server/src/ibox/tree/copy-node.ts';
import { deleteNode } from '../../server/src/ibox/tree/delete-node.ts';
import { openContent } from '../../server/src/ibox/tree/open-content.ts';
import { putFile } from '../../server/src/ibox/tree/put-file.ts';
import { purgeFromTrash, restoreFromTrash } from '../../server/src/ibox/tree/trash.ts';
import { hourMs, type World } from './world.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export interface Expected {
  /** Live files of the uploader's folder, by name. */
  live: Map<string, { id: string; bytes: Buffer }>;
  /** Deleted ones, which the trash may have let go of. */
  trash: { id: string; name: string; bytes: Buffer }[];
  operations: number;
  /** Uploads that rested for a day in the middle, and were refused. */
  refused: number;
}

/**
 * Uploads, replaces, copies, deletes, restores and reads in a folder of its own, from a few chunks that all uploaders share: so chunks
 * are dropped and wanted again all the time. What it was answered for, it expects to be there.
 */
export function uploader(world: World, folder: string, chunks: readonly Buffer[], rounds: number) {
  const { random, room, actor, space, transfer } = world;
  const expected: Expected = { live: new Map(), trash: [], operations: 0, refused: 0 };
  const { live, trash } = expected;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const someChunks = (most: number) =>
    Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(chunks) as Buffer);
  const aName = () => (random() < 0.4 && pick([...live.keys()])) || `file ${randomUUID().slice(0, 8)}`;

  function keep(node: Node, bytes: Buffer): void {
    if (node.sha256 !== sha256(bytes)) throw new Error(`${node.name} was answered with another hash`);
    live.set(node.name, { id: node.id, bytes });
  }

  /** An upload that rests for a day may be refused; any other may not. */
  async function unlessRested(work: () => Promise<void>): Promise<void> {
    const begin = Date.now();
    try {
      await work();
    } catch (error) {
      const isRefusal = error instanceof HubError && ['upload_incomplete', 'not_found'].includes(error.code);
      if (!isRefusal || Date.now() - begin < 24 * hourMs) throw error;
      expected.refused++;
    }
  }

  async function put(): Promise<void> {
    const bytes = Buffer.concat(someChunks(3));
    const name = aName();
    await unlessRested(async () => {
      const target = { parentId: folder, name, onConflict: 'replace' } as const;
      keep(await putFile(room, actor, target, inPieces(bytes, 3000), {}), bytes);
    });
  }

  async function sendChunks(): Promise<void> {
    const wanted = someChunks(5);
    const bytes = Buffer.concat(wanted);
    const hashes = wanted.map(sha256);
    const content = { sha256: sha256(bytes), chunks: hashes };
    const key = randomUUID();
    const name = `sent ${key.slice(0, 8)}`;
    await unlessRested(async () => {
      // Between question and commit chunks may go: the commit says which, they are sent again.
      for (let attempt = 1; attempt <= 5; attempt++) {
        const missing = new Set(await transfer.missing(actor, hashes));
        const frames = wanted.filter((chunk) => missing.has(sha256(chunk))).map(frame);
        if (frames.length > 0) await transfer.receive(actor, inPieces(Buffer.concat(frames), 5000));
        const operations = [{ op: 'file' as const, parentId: folder, name, content }];
        const answer = await transfer.commit(actor, space.id, key, { operations });
        const [outcome] = answer.outcomes;
        if (outcome?.ok && outcome.node) {
          keep(outcome.node, bytes);
          const answered = Date.now();
          const again = await transfer.commit(actor, space.id, key, { operations });
          // Answers are kept for a day; a commit after that finds the name taken.
          const isSame = JSON.stringify(again) === JSON.stringify(answer);
          if (!isSame && Date.now() - answered < 24 * hourMs) throw new Error('the same commit, another answer');
          return;
        }
        if (!outcome || outcome.ok || outcome.code !== 'upload_incomplete') throw new Error(JSON.stringify(outcome));
      }
      throw new HubError('upload_incomplete', 'chunks were missing five times');
    });
  }

  async function copy(): Promise<void> {
    const file = pick([...live.values()]);
    if (!file) return put();
    const node = await copyNode(room, actor, file.id, { parentId: folder, onConflict: 'rename' });
    keep(node, file.bytes);
  }

  async function remove(): Promise<void> {
    const name = pick([...live.keys()]);
    const file = name === undefined ? undefined : live.get(name);
    if (!file || name === undefined) return sendChunks();
    await deleteNode(room, actor, file.id, {});
    live.delete(name);
    if (random() < 0.5) await purgeFromTrash(room, actor, file.id).catch(onlyIf('not_found'));
    else trash.push({ id: file.id, name, bytes: file.bytes });
  }

  async function restore(): Promise<void> {
    const [entry] = trash.splice(Math.floor(random() * trash.length), 1);
    if (!entry) return put();
    const node = await restoreFromTrash(room, actor, entry.id).catch(onlyIf('not_found'));
    if (node) keep(node, entry.bytes);
  }

  async function read(): Promise<void> {
    const file = pick([...live.values()]);
    if (!file) return put();
    const content = await openContent(room, actor, file.id);
    const bytes = await bytesOf(content.read({ offset: 0, length: content.size }));
    if (!bytes.equals(file.bytes)) throw new Error(`node ${file.id} reads other bytes`);
  }

  const operations = [put, put, sendChunks, sendChunks, sendChunks, copy, remove, remove, remove, restore, read, read];
  return {
    expected,
    async work() {
      for (let round = 0; round < rounds; round++) {
        await (pick(operations) as () => Promise<void>)();
        expected.operations++;
      }
    },
  };
}

const onlyIf = (code: string) => (error: unknown) => {
  if (error instanceof HubError && error.code === code) return undefined;
  throw error;
};

/** A chunk as the chunk API takes it. */
export function frame(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(36);
  head.writeUInt32BE(bytes.length);
  createHash('sha256').update(bytes).digest().copy(head, 4);
  return Buffer.concat([head, bytes]);
}
