import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { available } from '../services/available.ts';
import { type Postgres, startPostgres } from '../services/postgres.ts';
import { runIbox } from './ibox-run.ts';
import { closeWorlds } from './world.ts';

afterAll(closeWorlds);

async function seeds(count: number, run: (seed: number) => ReturnType<typeof runIbox>) {
  const sum = { files: 0, packsRewritten: 0, packsDeleted: 0 };
  for (let seed = 1; seed <= count; seed++) {
    const { files, packsRewritten, packsDeleted } = await run(seed).catch((error) => {
      throw new Error(`seed ${seed}: npm run sim:ibox -- --seed ${seed}`, { cause: error });
    });
    sum.files += files;
    sum.packsRewritten += packsRewritten;
    sum.packsDeleted += packsDeleted;
  }
  return sum;
}

describe('uploads, deletions, two collections and the rewriting of packs, all at once', () => {
  it('R-41 nothing that was answered for is lost, in 40 interleavings on SQLite', { timeout: 600_000 }, async () => {
    const { files, packsRewritten, packsDeleted } = await seeds(40, runIbox);
    // That all of it really took place.
    expect(files).toBeGreaterThan(200);
    expect(packsRewritten).toBeGreaterThan(20);
    expect(packsDeleted).toBeGreaterThan(50);
  });

  it('a seed is one interleaving: the same one when it is run again', async () => {
    const [first, again, other] = [await runIbox(7), await runIbox(7), await runIbox(8)];
    expect(again).toEqual(first);
    expect(first.trace.split(' ').length).toBeGreaterThan(300);
    expect(other.trace).not.toBe(first.trace);
  });

  describe.skipIf(!available('postgres'))('on PostgreSQL', () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres?.stop());

    // The database decides who is first, so a seed is the same work and not the same interleaving.
    it('R-41 nothing that was answered for is lost, in 12 runs', { timeout: 600_000 }, async () => {
      const run = async (seed: number) =>
        runIbox(seed, await postgres.createDatabase(`t${randomUUID().replaceAll('-', '')}`));
      expect((await seeds(12, run)).files).toBeGreaterThan(60);
    });
  });
});
