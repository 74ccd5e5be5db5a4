import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../../server/src/db/database.ts';
import { nameKey } from '../../server/src/ibox/rules/names.ts';
import { testActor } from '../../server/src/ibox/test-room.ts';
import { indexNames } from '../../server/src/ibox/tree/index-names.ts';
import { listChildren } from '../../server/src/ibox/tree/list-children.ts';
import { listSpaces } from '../../server/src/ibox/tree/list-spaces.ts';
import { search } from '../../server/src/ibox/tree/search.ts';
import { startPostgres } from '../services/postgres.ts';

/**
 * Search by name over a space of many nodes, and the listing of a large folder, on both databases.
 * node test/bench/ibox-search.ts [NODES] [sqlite|postgres]: one JSON line for each figure, milliseconds.
 */
const count = Number(process.argv[2] ?? 1_000_000);
const only = process.argv[3];

const words =
  'rapport facture contrat photo scan réunion budget projet client plan note annexe devis courrier été'.split(' ');
const places = 'Alger Oran Constantine Annaba Sétif Béjaïa Tlemcen Blida Batna Ouargla'.split(' ');
const nameOf = (i: number) =>
  `${words[i % words.length]} ${places[(i * 7) % places.length]} ${2000 + ((i * 13) % 25)} n${i}.${i % 3 ? 'pdf' : 'docx'}`;
const questions = (i: number) => [
  ...[
    'rapport',
    'pdf',
    `n${(i * 9973) % count}`,
    'fact',
    'rapport alger 2024',
    'ETE',
    'r',
    'budget n12',
    'setif contrat',
    'absent',
  ],
  ...['note n999', 'rapport docx', `projet n${i}`, '2013 pdf oran'],
];

const p95 = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
const print = (figure: string, times: number[]) =>
  console.log(
    JSON.stringify({
      figure,
      nodes: count,
      p95: Number(p95(times).toFixed(1)),
      worst: Number(times.at(-1)?.toFixed(1)),
    }),
  );

async function measure(name: string, where: string): Promise<void> {
  const db = await openDatabase(where);
  const actor = testActor('Bench');
  const { accountId: id, email, role, language } = actor;
  const account = { id, email, name: 'Bench', role, language, status: 'active', createdAt: 1 } as const;
  await db.insertInto('accounts').values(account).execute();
  const [space] = await listSpaces(db, actor);
  if (!space) throw new Error('no space');
  const folders = Array.from({ length: Math.max(1, count / 10_000) }, () => randomUUID());
  const row = (id: string, kind: 'file' | 'folder', parentId: string, name: string, seq: number) => ({
    ...{ id, spaceId: space.id, parentId, kind, name, nameKey: nameKey(name), size: 0, version: 0 },
    ...{ createdAt: 1, changedAt: 1, changedBy: actor.accountId, seq },
  });
  let seq = 1;
  const rows = folders.map((folder, i) => row(folder, 'folder', space.rootId, `dossier ${i}`, ++seq));
  await db.insertInto('nodes').values(rows).execute();
  for (let at = 0; at < count; at += 1000) {
    const files = Array.from({ length: Math.min(1000, count - at) }, (_, i) =>
      row(randomUUID(), 'file', folders[Math.floor((at + i) / 10_000)] as string, nameOf(at + i), ++seq),
    );
    await db.insertInto('nodes').values(files).execute();
  }
  const begin = performance.now();
  await indexNames(db, space.id);
  console.log(
    JSON.stringify({
      figure: `ibox.search.index.${name}`,
      nodes: count,
      seconds: Math.round((performance.now() - begin) / 1000),
    }),
  );
  // What PostgreSQL does by itself some minutes after so many changes, and not while it is measured.
  if (name === 'postgres') await sql`vacuum analyze`.execute(db);
  const searches: number[] = [];
  for (let round = 0; round < 20; round++) {
    for (const question of questions(round)) {
      const from = performance.now();
      await search(db, actor, question, 50);
      searches.push(performance.now() - from);
    }
  }
  print(`ibox.search.${name}`, searches);
  const [first, whole]: [number[], number[]] = [[], []];
  for (let round = 0; round < 20; round++) {
    const from = performance.now();
    let after: string | undefined;
    do {
      after =
        (await listChildren(db, actor, folders[round % folders.length] as string, { after, limit: 1000 })).next ??
        undefined;
      if (first.length === round) first.push(performance.now() - from);
    } while (after !== undefined);
    whole.push(performance.now() - from);
  }
  print(`ibox.list.first1000of10000.${name}`, first);
  print(`ibox.list.10000.${name}`, whole);
  await db.destroy();
}

if (only !== 'postgres') {
  const folder = await mkdtemp(join(tmpdir(), 'diwan-bench-'));
  await measure('sqlite', join(folder, 'bench.sqlite')).finally(() => rm(folder, { recursive: true, force: true }));
}
if (only !== 'sqlite') {
  const postgres = await startPostgres();
  await measure('postgres', await postgres.createDatabase('bench')).finally(() => postgres.stop());
}
