import { HubError } from '@diwan/protocol/errors.ts';
import type { Delta } from '@diwan/protocol/ibox-chunks.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { liveNode } from '../tree/node-rows.ts';

interface Piece {
  start: number;
  hash: string;
}

/**
 * How a version of a file is made out of an earlier one, by their chunks.
 * @throws {HubError} not_found, also when one of the versions is not kept any more
 */
export async function deltaBetween(db: Db, actor: Actor, id: string, from: number, to: number): Promise<Delta> {
  await liveNode(db, actor, id);
  const [old, wanted] = await Promise.all([versionOf(db, id, from), versionOf(db, id, to)]);
  const [before, now] = await Promise.all([chunksOf(db, old.contentId), chunksOf(db, wanted.contentId)]);
  return { size: wanted.size, sha256: wanted.sha256, pieces: piecesOf(before, now, wanted.size) };
}

async function versionOf(db: Db, nodeId: string, version: number) {
  const found = await db
    .selectFrom('versions')
    .innerJoin('contents', 'contents.id', 'versions.contentId')
    .select(['contentId', 'size', 'sha256'])
    .where('nodeId', '=', nodeId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (!found || found.sha256 === null) throw new HubError('not_found', `version ${version}`);
  return { ...found, sha256: found.sha256 };
}

async function chunksOf(db: Db, contentId: string): Promise<Piece[]> {
  const rows = await db
    .selectFrom('contentChunks')
    .select(['start', 'hash'])
    .where('contentId', '=', contentId)
    .orderBy('start')
    .execute();
  return rows.map(({ start, hash }) => ({ start, hash: Buffer.from(hash).toString('hex') }));
}

/** Neighbours that are neighbours in the earlier version too, or are both not in it, are one piece. */
export function piecesOf(before: readonly Piece[], now: readonly Piece[], size: number): Delta['pieces'] {
  const places = new Map(before.map(({ hash, start }) => [hash, start]));
  const pieces: Delta['pieces'] = [];
  for (const [n, { start, hash }] of now.entries()) {
    const length = (now[n + 1]?.start ?? size) - start;
    const from = places.get(hash) ?? null;
    const last = pieces.at(-1);
    const follows = last && (last.from === null ? from === null : last.from + last.length === from);
    if (follows) last.length += length;
    else pieces.push({ length, from });
  }
  return pieces;
}
