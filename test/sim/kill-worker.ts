import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CamelCasePlugin, Kysely } from 'kysely';
import { inProcessBus } from '../../server/src/bus/in-process.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { sqliteDialect } from '../../server/src/db/sqlite.ts';
import type { Tables } from '../../server/src/db/tables.ts';
import { packBuffers } from '../../server/src/ibox/chunks/buffers.ts';
import { collectOrphans, orphanAgeMs } from '../../server/src/ibox/chunks/collect.ts';
import { digestPool } from '../../server/src/ibox/chunks/digest-pool.ts';
import { sharedMemory } from '../../server/src/ibox/chunks/read-memory.ts';
import { rewritePacks } from '../../server/src/ibox/chunks/repack.ts';
import { verifyStore } from '../../server/src/ibox/chunks/verify.ts';
import { defaultLimits } from '../../server/src/ibox/rules/limits.ts';
import { bytesOf, inPieces, testActor, testPerson } from '../../server/src/ibox/test-room.ts';
import { openTransfer } from '../../server/src/ibox/transfer/transfer.ts';
import { deleteNode } from '../../server/src/ibox/tree/delete-node.ts';
import { listChildren } from '../../server/src/ibox/tree/list-children.ts';
import { listSpaces } from '../../server/src/ibox/tree/list-spaces.ts';
import { openContent } from '../../server/src/ibox/tree/open-content.ts';
import { putFile } from '../../server/src/ibox/tree/put-file.ts';
import { purgeFromTrash } from '../../server/src/ibox/tree/trash.ts';
import { diskStore } from '../../server/src/objects/disk.ts';
import { inTurns, storeInTurns, type Turns } from './turns.ts';
import { frame } from './uploader.ts';

/**
 * One life of a hub's files in a folder: checks what the lives before left, goes on with the upload that was cut, works, and is ended
 * by SIGKILL before or after one of the steps that others could see, or within it. Prints `checked` once all was found sound.
 */
const [folder = ''] = process.argv.slice(2);
let killIn = Number.POSITIVE_INFINITY;
const step = () => {
  if (--killIn <= 0) process.kill(process.pid, 'SIGKILL');
};
const steps: Turns = {
  run: async () => {},
  enter: async () => {
    step();
    // Within the step: its disk or database is at it when the end comes.
    if (killIn === 1 && randomInt(2)) setTimeout(step, randomInt(4));
  },
  leave: step,
  trace: () => '',
};

const dialect = inTurns(sqliteDialect(join(folder, 'hub.sqlite')), { ...steps, enter: async () => step() });
const db = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] });
await migrate(db);
const objects = storeInTurns(await diskStore(join(folder, 'objects')), steps);
const digests = digestPool();
const readMemory = sharedMemory(digests);
const bus = inProcessBus();
const room = { db, objects, bus, limits: defaultLimits, buffers: packBuffers(), digests, readMemory };
const transfer = openTransfer(room);
const actor = existsSync(join(folder, 'known')) ? testActor('amina') : await testPerson(db, 'amina');
appendFileSync(join(folder, 'known'), 'x');
const [space] = await listSpaces(db, actor);
if (!space) throw new Error('there is no space');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What was answered for, or asked to go, before each kill: a line `put NAME HASH` or `del NAME`. */
const log = join(folder, 'log');
const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
const note = (line: string) => appendFileSync(log, `${line}\n`);

const answered = new Map<string, string>();
const deleting = new Set<string>();
for (const line of lines) {
  const [verb, name = '', hash = ''] = line.split(' ');
  if (verb === 'put') answered.set(name, hash);
  else deleting.add(name);
}
const { nodes } = await listChildren(db, actor, space.rootId, { limit: 1000 });
const found = new Map(nodes.map((node) => [node.name, node]));
for (const [name, hash] of answered) {
  if (!deleting.has(name) && found.get(name)?.sha256 !== hash) throw new Error(`${name} was answered for and is gone`);
}
for (const node of nodes) {
  const content = await openContent(room, actor, node.id);
  const bytes = await bytesOf(content.read({ offset: 0, length: content.size }));
  if (sha256(bytes) !== node.sha256) throw new Error(`${node.name} is not whole`);
}
const damages: unknown[] = [];
await verifyStore(room, { damage: (damage) => damages.push(damage) });
if (damages.length > 0) throw new Error(JSON.stringify(damages));
process.stdout.write('checked\n');

killIn = 1 + randomInt(60);

/** Always the same bytes, until they are committed: what came through before a kill is not sent again. */
const chunks = Array.from({ length: 6 }, (_, i) => Buffer.alloc(3000, `${answered.size}-${i}`));
async function sendChunks(): Promise<void> {
  for (const chunk of chunks) {
    if ((await transfer.missing(actor, [sha256(chunk)])).length > 0)
      await transfer.receive(actor, inPieces(frame(chunk)));
  }
  const hash = sha256(Buffer.concat(chunks));
  const name = `chunks-${hash.slice(0, 8)}`;
  const content = { sha256: hash, chunks: chunks.map(sha256) };
  const operations = [{ op: 'file' as const, parentId: space?.rootId ?? '', name, content }];
  // The key is the content's: when the commit was cut, the same one is asked again.
  const { outcomes } = await transfer.commit(actor, space?.id ?? '', `key-${hash.slice(0, 32)}`, { operations });
  if (!outcomes[0]?.ok) throw new Error(JSON.stringify(outcomes));
  note(`put ${name} ${hash}`);
}
async function put(length: number): Promise<void> {
  const bytes = randomBytes(length);
  const target = { parentId: space?.rootId ?? '', name: randomUUID(), onConflict: 'refuse' } as const;
  await putFile(room, actor, target, inPieces(bytes), {});
  note(`put ${target.name} ${sha256(bytes)}`);
}
async function remove(): Promise<void> {
  const [node] = (await listChildren(db, actor, space?.rootId ?? '', { limit: 1 })).nodes;
  if (!node) return;
  note(`del ${node.name}`);
  await deleteNode(room, actor, node.id, {});
  await purgeFromTrash(room, actor, node.id);
}
async function collect(): Promise<void> {
  const later = Date.now() + orphanAgeMs + 60_000;
  await collectOrphans(db, objects, later);
  await rewritePacks(db, objects, later);
}
await sendChunks();
for (;;) {
  await put(randomInt(30_000));
  await put(600_000 + randomInt(900_000));
  await remove();
  await remove();
  await collect();
}
