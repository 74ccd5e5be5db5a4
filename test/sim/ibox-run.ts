import { collectOrphans, orphanAgeMs } from '../../server/src/ibox/chunks/collect.ts';
import { rewritePacks } from '../../server/src/ibox/chunks/repack.ts';
import { type Damage, verifyStore } from '../../server/src/ibox/chunks/verify.ts';
import { bytesOf, inPieces } from '../../server/src/ibox/test-room.ts';
import { listChildren } from '../../server/src/ibox/tree/list-children.ts';
import { openContent } from '../../server/src/ibox/tree/open-content.ts';
import { purgeExpired } from '../../server/src/ibox/tree/purge.ts';
import { type Expected, frame, uploader } from './uploader.ts';
import { hourMs, openWorld, type World } from './world.ts';

export interface Run {
  operations: number;
  refused: number;
  /** Files that were answered for, compared byte by byte at the end. */
  files: number;
  packsRewritten: number;
  packsDeleted: number;
  trace: string;
}

/**
 * One run: uploaders, two collections as two hubs without a lease would have them, retention, and a clock that jumps by hours. Then
 * everything that was answered for has to be there, and everything stored has to be sound; once more after all orphans are gone.
 * @param database postgres://…, or SQLite in memory
 * @throws {Error} when anything is lost
 */
export async function runIbox(seed: number, database?: string): Promise<Run> {
  const world = await openWorld(seed, database, 3);
  const { random, clock, order, room } = world;
  const { db, objects } = room;
  const chunks = Array.from({ length: 24 }, () => {
    const bytes = Buffer.alloc(200 + Math.floor(random() * 4000));
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random() * 256);
    return bytes;
  });
  const collected = { packs: 0, rewritten: 0 };
  async function collect(now: number): Promise<void> {
    collected.packs += (await collectOrphans(db, objects, now)).packs;
    const { packs, damaged } = await rewritePacks(db, objects, now - orphanAgeMs);
    collected.rewritten += packs;
    if (damaged.length > 0) throw new Error(`damaged: ${damaged.join(', ')}`);
  }
  const several = (times: number, work: () => Promise<unknown>) => async () => {
    for (let i = 0; i < times; i++) await work();
  };
  try {
    // All of them in one pack, which will be mostly dead for most of the time.
    await world.transfer.receive(world.actor, inPieces(Buffer.concat(chunks.map(frame))));
    const uploaders = world.folders.map((folder) => uploader(world, folder, chunks, 12));
    await order.run([
      ...uploaders.map(({ work }) => work),
      several(8, () => collect(Date.now())),
      several(8, () => collect(Date.now())),
      several(4, () => purgeExpired(db, room.limits)),
      several(16, async () => {
        await order.enter();
        clock.advance(Math.floor(random() * 18) * hourMs);
        order.leave();
      }),
    ]);
    await check(world, uploaders);
    clock.advance(10 * 24 * hourMs);
    await purgeExpired(db, room.limits);
    // What is rewritten now goes with the next one.
    for (let i = 0; i < 3; i++) await collect(Date.now());
    await check(world, uploaders);
    const packs = await db.selectFrom('packs').select('id').execute();
    const stored = await Array.fromAsync(objects.list('packs/'));
    if (stored.length !== packs.length) throw new Error(`${packs.length} packs, ${stored.length} objects`);
    const sum = (of: (expected: Expected) => number) => uploaders.reduce((all, { expected }) => all + of(expected), 0);
    return {
      operations: sum((e) => e.operations),
      refused: sum((e) => e.refused),
      files: sum((e) => e.live.size),
      packsRewritten: collected.rewritten,
      packsDeleted: collected.packs,
      trace: order.trace(),
    };
  } finally {
    await world.close();
  }
}

async function check(world: World, uploaders: readonly { expected: Expected }[]): Promise<void> {
  const { room, actor, folders } = world;
  for (const [place, { expected }] of uploaders.entries()) {
    const { nodes } = await listChildren(room.db, actor, folders[place] as string, { limit: 1000 });
    const names = nodes.map(({ name }) => name).sort();
    if (names.join() !== [...expected.live.keys()].sort().join()) {
      throw new Error(`expected ${[...expected.live.keys()].sort().join()}, found ${names.join()}`);
    }
    for (const [name, { id, bytes }] of expected.live) {
      const content = await openContent(room, actor, id);
      const found = await bytesOf(content.read({ offset: 0, length: content.size }));
      if (!found.equals(bytes)) throw new Error(`${name} reads other bytes`);
    }
  }
  const damages: Damage[] = [];
  await verifyStore(room, { damage: (damage) => damages.push(damage) });
  if (damages.length > 0) throw new Error(JSON.stringify(damages));
}
