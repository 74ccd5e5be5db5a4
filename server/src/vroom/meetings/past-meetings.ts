import type { PastMeetings, PastQuery } from '@diwan/protocol/vroom-meetings.ts';
import type { z } from 'zod';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { documentsOfSittings } from '../document/past-notes.ts';
import { meetingsWithWords } from '../together/past.ts';
import { cursorOf } from './attended.ts';

/** Each time that people were together, for who organised it, was invited then or was there; the latest first. */
export async function pastMeetings(db: Db, actor: Actor, query: z.output<typeof PastQuery>): Promise<PastMeetings> {
  const { accountId } = actor;
  const rows = await db
    .selectFrom('sittings')
    .innerJoin('rooms', 'rooms.id', 'sittings.roomId')
    .innerJoin('accounts', 'accounts.id', 'rooms.ownerId')
    .select(['sittings.id', 'sittings.roomId', 'sittings.title', 'accounts.name as ownerName'])
    .select(['sittings.startedAt', 'sittings.endedAt'])
    .where('sittings.endedAt', 'is not', null)
    .where((e) =>
      e.or([
        e('rooms.ownerId', '=', accountId),
        e('sittings.id', 'in', e.selectFrom('attendances').select('sittingId').where('accountId', '=', accountId)),
        e.exists(
          e
            .selectFrom('meetingInvitees')
            .select('email')
            .where('email', '=', actor.email.toLowerCase())
            .whereRef('meetingInvitees.roomId', '=', 'sittings.roomId')
            .whereRef('invitedAt', '<=', 'sittings.endedAt')
            .where((w) => w.or([w('removedAt', 'is', null), w('removedAt', '>', w.ref('sittings.startedAt'))])),
        ),
      ]),
    )
    .$if(query.before !== undefined, (q) => {
      const { startedAt, id } = cursorOf(query.before ?? '');
      return q.where((e) =>
        e.or([
          e('sittings.startedAt', '<', startedAt),
          e.and([e('sittings.startedAt', '=', startedAt), e('sittings.id', '<', id)]),
        ]),
      );
    })
    .orderBy('sittings.startedAt', 'desc')
    .orderBy('sittings.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = rows.slice(0, query.limit);
  const last = rows.length > page.length ? page.at(-1) : undefined;
  const there = await peopleOf(
    db,
    page.map(({ id }) => id),
  );
  const documents = await documentsOfSittings(db, accountId, page);
  const said = await meetingsWithWords(
    db,
    actor,
    page.map(({ id }) => id),
  );
  return {
    meetings: page.map((row) => ({
      ...row,
      endedAt: row.endedAt ?? row.startedAt,
      people: there.get(row.id) ?? [],
      said: said.has(row.id),
      ...(documents.get(row.id) ?? { notes: [], boards: [] }),
    })),
    next: last === undefined ? null : `${last.startedAt}.${last.id}`,
  };
}

/** Who was there and how long, each person once: by their account, a guest by their name. */
async function peopleOf(db: Db, sittingIds: readonly string[]): Promise<Map<string, { name: string; ms: number }[]>> {
  if (sittingIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('attendances')
    .selectAll()
    .where('sittingId', 'in', sittingIds)
    .orderBy('joinedAt')
    .orderBy('id')
    .execute();
  const people = new Map<string, Map<string, { name: string; ms: number }>>();
  for (const { sittingId, accountId, name, joinedAt, leftAt } of rows) {
    const there = people.get(sittingId) ?? new Map<string, { name: string; ms: number }>();
    people.set(sittingId, there);
    const key = accountId ?? `guest ${name}`;
    const person = there.get(key) ?? { name, ms: 0 };
    there.set(key, person);
    person.ms += Math.max(0, (leftAt ?? joinedAt) - joinedAt);
  }
  return new Map([...people].map(([id, there]) => [id, [...there.values()]]));
}
