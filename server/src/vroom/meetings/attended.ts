import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';

/** Where a page of past meetings begins: `STARTED.ID`. @throws HubError bad_request */
export function cursorOf(before: string): { startedAt: number; id: string } {
  const [, startedAt, id] = /^(\d{1,15})\.([\w-]{1,40})$/.exec(before) ?? [];
  if (startedAt === undefined || id === undefined) throw new HubError('bad_request', 'before');
  return { startedAt: Number(startedAt), id };
}

/** Past meetings of all rooms or of one, with each coming and going; the latest first. For the operator's systems. */
export async function attendedMeetings(
  db: Db,
  { roomId, before, limit }: { roomId?: string | undefined; before?: string | undefined; limit: number },
) {
  const rows = await db
    .selectFrom('sittings')
    .innerJoin('rooms', 'rooms.id', 'sittings.roomId')
    .innerJoin('accounts', 'accounts.id', 'rooms.ownerId')
    .select(['sittings.id', 'sittings.roomId', 'sittings.title', 'rooms.ownerId', 'accounts.name as ownerName'])
    .select(['sittings.startedAt', 'sittings.endedAt'])
    .where('sittings.endedAt', 'is not', null)
    .$if(roomId !== undefined, (q) => q.where('sittings.roomId', '=', roomId as string))
    .$if(before !== undefined, (q) => {
      const { startedAt, id } = cursorOf(before as string);
      return q.where((e) =>
        e.or([
          e('sittings.startedAt', '<', startedAt),
          e.and([e('sittings.startedAt', '=', startedAt), e('sittings.id', '<', id)]),
        ]),
      );
    })
    .orderBy('sittings.startedAt', 'desc')
    .orderBy('sittings.id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const ids = page.map(({ id }) => id);
  const presences =
    ids.length === 0
      ? []
      : await db
          .selectFrom('attendances')
          .select(['sittingId', 'accountId', 'name', 'joinedAt', 'leftAt'])
          .where('sittingId', 'in', ids)
          .orderBy('joinedAt')
          .orderBy('id')
          .execute();
  const there = Map.groupBy(presences, ({ sittingId }) => sittingId);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    meetings: page.map((row) => ({
      ...row,
      endedAt: row.endedAt ?? row.startedAt,
      attendance: (there.get(row.id) ?? []).map(({ accountId, name, joinedAt, leftAt }) => ({
        ...{ accountId, name, joinedAt, leftAt: leftAt ?? joinedAt },
      })),
    })),
    next: last === undefined ? null : `${last.startedAt}.${last.id}`,
  };
}
