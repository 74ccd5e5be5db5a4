import type { SearchResult } from '@diwan/protocol/ibox-history.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { afterPrefix, questionWords } from '../rules/search-words.ts';
import { seenPathsTo } from './ancestors.ts';
import { indexNames } from './index-names.ts';
import { presentNode, selectNodes } from './node-rows.ts';
import { readableSpaces } from './roles.ts';

/** How many names of the rarest word are looked at: what bounds the time of an answer. */
const mostCandidates = 5000;
/** New names that are made known before the answer; after a large upload the rest follows by itself. */
const mostIndexedFirst = 1000;

/**
 * Live nodes of the actor's spaces in whose names each word of the question begins a word. Folders first, then by name.
 * A question without letters or figures finds nothing.
 */
export async function search(db: Db, actor: Actor, question: string, limit: number): Promise<SearchResult> {
  const words = questionWords(question);
  if (words.length === 0) return { found: [], more: false };
  const spaces = await readableSpaces(db, actor).execute();
  const found: Awaited<ReturnType<typeof inSpace>>['rows'] = [];
  let more = false;
  for (const { spaceId: id } of spaces) {
    if (!(await indexNames(db, id, mostIndexedFirst))) more = true;
    const part = await inSpace(db, id, words, limit + 1);
    found.push(...part.rows);
    more ||= part.more;
  }
  found.sort((a, b) => (a.kind === b.kind ? (a.nameKey < b.nameKey ? -1 : 1) : a.kind === 'folder' ? -1 : 1));
  const shown = found.slice(0, limit);
  const paths = await seenPathsTo(
    db,
    actor,
    shown.map(({ id }) => id),
  );
  return {
    found: shown.map((row) => ({ node: presentNode(row), place: (paths.get(row.id) ?? []).slice(0, -1) })),
    more: more || found.length > limit,
  };
}

async function inSpace(db: Db, spaceId: string, words: string[], limit: number) {
  const counted = await Promise.all(words.map(async (word) => ({ word, count: await countUpTo(db, spaceId, word) })));
  const [rarest, ...others] = counted.sort((a, b) => a.count - b.count || b.word.length - a.word.length);
  if (!rarest || rarest.count === 0) return { rows: [], more: false };
  let query = selectNodes(db)
    .where('nodes.id', 'in', candidates(db, spaceId, rarest.word).select('nodeId'))
    .where('nodes.deletedWith', 'is', null)
    // A shared space's root is found as the folder in which it shows.
    .where('nodes.parentId', 'is not', null)
    .limit(limit);
  // A word has letters and figures only: nothing in it means anything to LIKE.
  for (const { word } of others) query = query.where('searchKey', 'like', `% ${word}%`);
  const rows = await query.execute();
  return { rows, more: rarest.count === mostCandidates };
}

const candidates = (db: Db, spaceId: string, word: string) =>
  db
    .selectFrom('nodeWords')
    .where('spaceId', '=', spaceId)
    .where('word', '>=', word)
    .where('word', '<', afterPrefix(word))
    .limit(mostCandidates);

async function countUpTo(db: Db, spaceId: string, word: string): Promise<number> {
  const { count } = await db
    .selectFrom(candidates(db, spaceId, word).select(sql`1`.as('one')).as('found'))
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
