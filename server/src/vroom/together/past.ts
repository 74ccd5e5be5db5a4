import { HubError } from '@diwan/protocol/errors.ts';
import type { ChatMessage } from '@diwan/protocol/vroom-chat.ts';
import type { Poll } from '@diwan/protocol/vroom-polls.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { chatPage, messageView, readable } from './chat.ts';
import { countAll, pollView } from './polls.ts';
import { meetingsOf, type Present } from './readers.ts';

/**
 * Somebody who looks at a meeting of the past: they are in none now. What was said in its breakout rooms was for those rooms.
 * @throws HubError not_found for who neither was there nor has the room
 */
async function readerOf(db: Db, { accountId, name }: Actor, id: string): Promise<Present & { wasThere: boolean }> {
  const sitting = await db
    .selectFrom('sittings')
    .innerJoin('rooms', 'rooms.id', 'sittings.roomId')
    .select(['roomId', 'ownerId'])
    .where('sittings.id', '=', id)
    .executeTakeFirst();
  if (!sitting) throw new HubError('not_found');
  const { roomId, ownerId } = sitting;
  const owner = ownerId === accountId;
  const who = { roomId, meetingId: '', breakout: null, personId: accountId, name, role: 'participant', owner } as const;
  const written = await meetingsOf(db, who).where('meetingId', '=', id).executeTakeFirst();
  const attended = await db
    .selectFrom('attendances')
    .select('id')
    .where('sittingId', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirst();
  if (!owner && !written && !attended) throw new HubError('not_found');
  return { ...who, wasThere: owner || written !== undefined };
}

/** What was written in a meeting and is for this person's eyes, the last of it or that before a number; in order. @throws HubError not_found */
export async function pastChat(
  db: Db,
  actor: Actor,
  id: string,
  before: number | undefined,
): Promise<{ messages: ChatMessage[]; more: boolean }> {
  const who = await readerOf(db, actor, id);
  const rows = await readable(db, who)
    .where('meetingId', '=', id)
    .$if(before !== undefined, (q) => q.where('number', '<', before as number))
    .orderBy('number', 'desc')
    .limit(chatPage + 1)
    .execute();
  const messages = rows.slice(0, chatPage).map((row) => messageView(row, who.personId));
  return { messages: messages.reverse(), more: rows.length > chatPage };
}

/** What was asked in it, with the counts; nothing for who was removed. @throws HubError not_found */
export async function pastPolls(db: Db, actor: Actor, id: string): Promise<Poll[]> {
  const { roomId, personId, wasThere } = await readerOf(db, actor, id);
  if (!wasThere) return [];
  const rows = await db
    .selectFrom('polls')
    .selectAll()
    .where('roomId', '=', roomId)
    .where('meetingId', '=', id)
    .where('breakout', 'is', null)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  return (await countAll(db, rows)).map((count) => pollView(count, personId, ''));
}

/** In which of these meetings something was written or asked that is for this person. */
export async function meetingsWithWords(db: Db, { accountId }: Actor, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const said = <T extends 'chatMessages' | 'polls'>(table: T) =>
    db
      .selectFrom(table as 'chatMessages')
      .innerJoin('rooms', 'rooms.id', `${table as 'chatMessages'}.roomId`)
      .leftJoin('meetingPeople', (join) =>
        join
          .onRef('meetingPeople.roomId', '=', 'rooms.id')
          .onRef('meetingPeople.meetingId', '=', `${table as 'chatMessages'}.meetingId`)
          .on('meetingPeople.personId', '=', accountId),
      )
      .select(`${table as 'chatMessages'}.meetingId as id`)
      .distinct()
      .where(`${table as 'chatMessages'}.meetingId`, 'in', [...ids])
      .where('breakout', 'is', null);
  const messages = await said('chatMessages')
    .where('deletedAt', 'is', null)
    .where((e) =>
      e.or([
        e.and([
          e('toId', 'is', null),
          e.or([e('ownerId', '=', accountId), e('meetingPeople.personId', 'is not', null)]),
        ]),
        e.and([e('toId', 'is not', null), e.or([e('authorId', '=', accountId), e('toId', '=', accountId)])]),
      ]),
    )
    .execute();
  const polls = await said('polls')
    .where((e) => e.or([e('ownerId', '=', accountId), e('meetingPeople.personId', 'is not', null)]))
    .execute();
  return new Set([...messages, ...polls].map(({ id }) => id));
}
