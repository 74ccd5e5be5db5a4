import crypto from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CamelCasePlugin, Kysely } from 'kysely';
import { inProcessBus } from '../../server/src/bus/in-process.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { postgresDialect } from '../../server/src/db/postgres.ts';
import { sqliteDialect } from '../../server/src/db/sqlite.ts';
import type { Tables } from '../../server/src/db/tables.ts';
import { packBuffers } from '../../server/src/ibox/chunks/buffers.ts';
import { digestPool } from '../../server/src/ibox/chunks/digest-pool.ts';
import { sharedMemory } from '../../server/src/ibox/chunks/read-memory.ts';
import { defaultLimits } from '../../server/src/ibox/rules/limits.ts';
import { testPerson } from '../../server/src/ibox/test-room.ts';
import { openTransfer } from '../../server/src/ibox/transfer/transfer.ts';
import { createFolder } from '../../server/src/ibox/tree/create-folder.ts';
import { listSpaces } from '../../server/src/ibox/tree/list-spaces.ts';
import { diskStore } from '../../server/src/objects/disk.ts';
import { inTurns, loose, seeded, storeInTurns, turns } from './turns.ts';

export const hourMs = 3600 * 1000;
const digests = digestPool();
const readMemory = sharedMemory(digests);

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Time and names as the seed gives them, so that a run can be had again. */
function seedProcess(random: () => number) {
  const { now } = Date;
  const { randomUUID } = crypto;
  let time = Date.UTC(2026, 0, 1);
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  Date.now = () => time;
  crypto.randomUUID = () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  syncBuiltinESMExports();
  return {
    advance(ms: number) {
      time += ms;
    },
    restore() {
      Date.now = now;
      crypto.randomUUID = randomUUID;
      syncBuiltinESMExports();
    },
  };
}

/** An Ibox as two hubs would have it: a real database, a real disk store, and a person with a folder for each uploader. */
export async function openWorld(seed: number, database: string | undefined, uploaders: number) {
  const random = seeded(seed);
  const clock = seedProcess(seeded(seed + 1e9));
  const order = database === undefined ? turns(seeded(seed + 2e9)) : loose(seeded(seed + 2e9));
  const folder = await mkdtemp(join(tmpdir(), 'diwan-sim-'));
  const dialect = inTurns(database === undefined ? sqliteDialect(':memory:') : postgresDialect(database), order);
  const db = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] });
  await migrate(db);
  const objects = storeInTurns(await diskStore(folder), order);
  // Little is kept for long: bytes are let go of all the time.
  const limits = { ...defaultLimits, versionsKept: 3, versionsDays: 1, trashDays: 1 };
  const room = { db, objects, bus: inProcessBus(), limits, buffers: packBuffers(), digests, readMemory };
  const actor = await testPerson(db, 'amina');
  const [space] = await listSpaces(db, actor);
  if (!space) throw new Error('there is no space');
  const folders: string[] = [];
  for (let i = 0; i < uploaders; i++) {
    folders.push((await createFolder(room, actor, { parentId: space.rootId, name: `uploader ${i}` })).id);
  }
  return {
    ...{ random, clock, order, room, actor, space, folders },
    transfer: openTransfer(room),
    async close() {
      clock.restore();
      await db.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ends the threads that all worlds share. */
export const closeWorlds = (): Promise<void> => digests.close();
