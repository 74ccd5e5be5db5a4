import type { Db } from '../../db/database.ts';
import { packKey } from './pack-key.ts';
import { isReferred } from './repack.ts';
import type { Verifying } from './verify.ts';

export interface Orphans {
  /** Contents without a version, unfinished ones among them. */
  contents: number;
  contentBytes: number;
  /** Packs that are being written or deleted, or were when a hub died. */
  packs: number;
  /** Bytes of stored packs to which nothing refers. */
  deadBytes: number;
  /** Objects that the database knows nothing of. */
  objects: number;
}

export async function countOrphans({ db, objects, progress }: Verifying): Promise<Orphans> {
  progress({ step: 'orphans', done: 0, of: 1, bytes: 0 });
  const contents = await db
    .selectFrom('contents')
    .select((e) => [e.fn.countAll<number>().as('count'), e.fn.sum('size').as('bytes')])
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('versions').select('nodeId').whereRef('versions.contentId', '=', 'contents.id'))),
    )
    .executeTakeFirstOrThrow();
  const unfinished = await db
    .selectFrom('packs')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('state', '<>', 'stored')
    .executeTakeFirstOrThrow();
  const stored = await db
    .selectFrom('packs')
    .select((e) => e.fn.sum('size').as('bytes'))
    .where('state', '=', 'stored')
    .executeTakeFirstOrThrow();
  const live = await db
    .selectFrom('chunks')
    .select((e) => e.fn.sum('length').as('bytes'))
    .where(isReferred)
    .executeTakeFirstOrThrow();
  const orphans = {
    contents: contents.count,
    contentBytes: Number(contents.bytes ?? 0),
    packs: unfinished.count,
    deadBytes: Math.max(0, Number(stored.bytes ?? 0) - Number(live.bytes ?? 0)),
    objects: 0,
  };
  for await (const keys of inParts(objects.list('packs/'), 500)) {
    for (const key of await unknownOf(db, keys)) {
      // Deleted since it was listed?
      if ((await objects.head(key)) !== undefined) orphans.objects++;
    }
  }
  progress({ step: 'orphans', done: 1, of: 1, bytes: 0 });
  return orphans;
}

async function unknownOf(db: Db, keys: readonly string[]): Promise<string[]> {
  const ids = keys.map((key) => key.slice(packKey('').length));
  const known = await db.selectFrom('packs').select('id').where('id', 'in', ids).execute();
  const knownKeys = new Set(known.map(({ id }) => packKey(id)));
  return keys.filter((key) => !knownKeys.has(key));
}

async function* inParts<T>(source: AsyncIterable<T>, length: number): AsyncGenerator<T[]> {
  let part: T[] = [];
  for await (const item of source) {
    part.push(item);
    if (part.length < length) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
