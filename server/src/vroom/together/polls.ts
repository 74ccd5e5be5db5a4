import { HubError } from '@diwan/protocol/errors.ts';
import type { Poll, PollDraft } from '@diwan/protocol/vroom-polls.ts';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import type { TogetherTables } from '../../db/tables/together.ts';
import { refuseVote } from '../rules/polls.ts';
import { isSaidHere, meetingsOf, type Present, wasThere, writeDown } from './readers.ts';

type PollRow = Selectable<TogetherTables['polls']>;
type VoteRow = Selectable<TogetherTables['pollVotes']>;

const Options = z.array(z.string());
const Choices = z.array(z.int());
const mostListed = 100;
const optionsOf = (row: PollRow) => Options.parse(JSON.parse(row.options));

/** A poll and what was voted, to be shown to each as they may see it. */
export interface Count {
  readonly row: PollRow;
  readonly options: readonly string[];
  readonly votes: readonly { personId: string; name: string; choices: readonly number[] }[];
}

/** @param meetingId the meeting that is on: a poll of another one is over */
export const pollView = ({ row, options, votes }: Count, personId: string, meetingId: string): Poll => ({
  id: row.id,
  question: row.question,
  options: options.map((text, place) => {
    const chosen = votes.filter(({ choices }) => choices.includes(place));
    const voters = row.anonymous === 1 ? null : chosen.map(({ name }) => name);
    return { text, votes: chosen.length, voters };
  }),
  multiple: row.multiple === 1,
  anonymous: row.anonymous === 1,
  open: isOpen(row, meetingId),
  people: votes.length,
  own: [...(votes.find((vote) => vote.personId === personId)?.choices ?? [])],
  createdAt: row.createdAt,
});

const isOpen = (row: PollRow, meetingId: string) => row.closedAt === null && row.meetingId === meetingId;

/** The last of those of the meetings in which they were, in the order of their making. */
export async function listPolls(db: Db, who: Present): Promise<Poll[]> {
  const { roomId, meetingId, breakout, personId, owner } = who;
  const rows = await db
    .selectFrom('polls')
    .selectAll()
    .where('roomId', '=', roomId)
    .$if(breakout === null, (q) => q.where('breakout', 'is', null))
    .$if(breakout !== null, (q) => q.where('meetingId', '=', meetingId))
    .$if(!owner, (q) =>
      q.where((e) => e.or([e('meetingId', '=', meetingId), e('meetingId', 'in', meetingsOf(db, who))])),
    )
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .limit(mostListed)
    .execute();
  const counts = await countAll(db, rows.reverse());
  return counts.map((count) => pollView(count, personId, meetingId));
}

export async function countAll(db: Db, rows: readonly PollRow[]): Promise<Count[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const query = db.selectFrom('pollVotes').selectAll().where('pollId', 'in', ids).orderBy('votedAt');
  const votes = Map.groupBy(await query.orderBy('personId').execute(), ({ pollId }: VoteRow) => pollId);
  return rows.map((row) => ({
    row,
    options: optionsOf(row),
    votes: (votes.get(row.id) ?? []).map(({ personId, name, choices }) => ({
      personId,
      name,
      choices: Choices.parse(JSON.parse(choices)),
    })),
  }));
}

/** As it is now. @throws HubError not_found for one that they may not see */
export async function countPoll(db: Db, who: Present, id: string): Promise<Count> {
  const [count] = await countAll(db, [await find(db, who, id)]);
  return count as Count;
}

/**
 * Makes a poll; one that was made already stays as it is.
 * @param readers who is there and not written down yet
 * @throws HubError conflict when another poll has this id
 */
export function createPoll(db: Db, who: Present, draft: PollDraft, readers: readonly string[]): Promise<Count> {
  const { id, question, options } = draft;
  const { roomId, meetingId, breakout, personId: authorId } = who;
  return db.transaction().execute(async (tx) => {
    const row = { id, roomId, meetingId, breakout, authorId, question, options: JSON.stringify(options) };
    const kind = { multiple: draft.multiple ? 1 : 0, anonymous: draft.anonymous ? 1 : 0 };
    await tx
      .insertInto('polls')
      .values({ ...row, ...kind, createdAt: Date.now(), closedAt: null })
      .onConflict((c) => c.column('id').doNothing())
      .execute();
    await writeDown(tx, who, readers);
    const kept = await tx.selectFrom('polls').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    if (kept.roomId !== roomId || kept.authorId !== authorId)
      throw new HubError('conflict', 'another poll has this id');
    return countPoll(tx, who, id);
  });
}

/** Opens or closes one of this meeting's. @throws HubError not_found, poll_closed for one of a meeting that is over */
export function openPoll(db: Db, who: Present, id: string, open: boolean): Promise<Count> {
  return db.transaction().execute(async (tx) => {
    const row = await find(tx, who, id);
    if (row.meetingId !== who.meetingId) throw new HubError('poll_closed', 'of an earlier meeting');
    const closedAt = open ? null : (row.closedAt ?? Date.now());
    await tx.updateTable('polls').set({ closedAt }).where('id', '=', id).execute();
    return countPoll(tx, who, id);
  });
}

/** @throws HubError not_found, poll_closed, bad_request for choices that the poll does not have */
export function vote(db: Db, who: Present, id: string, choices: readonly number[]): Promise<Count> {
  const { personId } = who;
  return db.transaction().execute(async (tx) => {
    // A write before the look: until this vote is kept, nobody closes the poll.
    const held = tx.updateTable('polls').set((e) => ({ closedAt: e.ref('closedAt') }));
    await held.where('id', '=', id).execute();
    const row = await find(tx, who, id);
    const no = refuseVote(
      { open: isOpen(row, who.meetingId), multiple: row.multiple === 1, options: optionsOf(row).length },
      choices,
    );
    if (no) throw no;
    const kept = { name: who.name, choices: JSON.stringify(choices.toSorted((a, b) => a - b)), votedAt: Date.now() };
    if (choices.length === 0)
      await tx.deleteFrom('pollVotes').where('pollId', '=', id).where('personId', '=', personId).execute();
    else
      await tx
        .insertInto('pollVotes')
        .values({ pollId: id, personId, ...kept })
        .onConflict((c) => c.columns(['pollId', 'personId']).doUpdateSet(kept))
        .execute();
    return countPoll(tx, who, id);
  });
}

async function find(db: Db, who: Present, id: string): Promise<PollRow> {
  const query = db.selectFrom('polls').selectAll().where('id', '=', id).where('roomId', '=', who.roomId);
  const row = await query.executeTakeFirst();
  if (!row || !isSaidHere(row, who) || !(await wasThere(db, who, row.meetingId)))
    throw new HubError('not_found', 'poll');
  return row;
}
