import { createHash } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Tables } from '../../db/tables.ts';
import { packKey } from './pack-key.ts';
import type { Verifying } from './verify.ts';

type Chunk = Tables['chunks'];

/** Every pack is there, and the bytes of every chunk in it have the hash that is their name. */
export async function verifyPacks(verifying: Verifying): Promise<{ packs: number; chunks: number; bytes: number }> {
  const { db, progress } = verifying;
  const stored = db.selectFrom('packs').where('state', '=', 'stored');
  const { count: of } = await stored.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const checked = { packs: 0, chunks: 0, bytes: 0 };
  for (let after = ''; ; ) {
    const page = await stored.select(['id', 'size']).where('id', '>', after).orderBy('id').limit(200).execute();
    for (const pack of page) {
      const chunks = await chunksOf(db, pack.id);
      await verifyPack(verifying, pack, chunks);
      checked.packs++;
      checked.chunks += chunks.length;
      checked.bytes += pack.size;
      progress({ step: 'packs', done: checked.packs, of, bytes: checked.bytes });
    }
    const last = page.at(-1);
    if (!last) return checked;
    after = last.id;
  }
}

const chunksOf = (db: Db, packId: string): Promise<Chunk[]> =>
  db.selectFrom('chunks').selectAll().where('packId', '=', packId).orderBy('packOffset').execute();

async function verifyPack(verifying: Verifying, { id, size }: { id: string; size: number }, chunks: Chunk[]) {
  const { db, objects, damagedPacks, tell } = verifying;
  const there = Math.min(size, (await objects.head(packKey(id))) ?? -1);
  const bytes = there < 0 ? undefined : await objects.get(packKey(id), { offset: 0, length: there }).catch(ifGone);
  if (bytes === undefined) {
    // Given up since it was listed?
    if (!(await isStored(db, id))) return;
    damagedPacks.add(id);
    await tell('pack_missing', `pack ${id} with ${chunks.length} chunks`, { packId: id });
    return;
  }
  const lost = chunks.filter(({ packOffset, length }) => packOffset + length > there);
  if (there < size) {
    damagedPacks.add(id);
    const detail = `pack ${id} ends at ${there} of ${size} bytes, ${lost.length} chunks are lost`;
    await tell('pack_short', detail, { hashes: lost.map(({ hash }) => hash) });
  }
  for (const { hash, packOffset, length } of chunks.slice(0, chunks.length - lost.length)) {
    const piece = bytes.subarray(packOffset, packOffset + length);
    if (createHash('sha256').update(piece).digest().compare(hash) === 0) continue;
    damagedPacks.add(id);
    const name = Buffer.from(hash).toString('hex');
    await tell('chunk_wrong', `chunk ${name} in pack ${id} at ${packOffset}`, { hashes: [hash] });
  }
}

function ifGone(error: unknown): undefined {
  if (error instanceof HubError && error.code === 'content_corrupt') return undefined;
  throw error;
}

async function isStored(db: Db, id: string): Promise<boolean> {
  const row = await db.selectFrom('packs').select('state').where('id', '=', id).executeTakeFirst();
  return row?.state === 'stored';
}
