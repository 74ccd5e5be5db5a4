import { HubError } from '@diwan/protocol/errors.ts';
import type { RoomKind } from '@diwan/protocol/vroom.ts';
import type { RoomSettings } from '@diwan/protocol/vroom-roles.ts';
import type { Db } from '../../db/database.ts';

/** A room as it is stored; who is in it now is known only where it is live. */
export interface RoomRecord {
  id: string;
  title: string;
  kind: RoomKind;
  ownerId: string;
  ownerName: string;
  createdAt: number;
  endedAt: number | null;
  settings: Pick<RoomSettings, StoredSetting>;
  passwordHash: string | null;
}
export const storedSettings = ['lobby', 'guests', 'share', 'chat', 'unmute', 'notes', 'encrypted'] as const;
export type StoredSetting = (typeof storedSettings)[number];

const rows = (db: Db) =>
  db
    .selectFrom('rooms')
    .innerJoin('accounts', 'accounts.id', 'rooms.ownerId')
    .select([
      'rooms.id',
      'rooms.title',
      'rooms.kind',
      'rooms.ownerId',
      'accounts.name as ownerName',
      'rooms.createdAt',
      'rooms.endedAt',
      'rooms.lobby',
      'rooms.guests',
      'rooms.share',
      'rooms.chat',
      'rooms.unmute',
      'rooms.notes',
      'rooms.encrypted',
      'rooms.passwordHash',
    ]);
type Rows = ReturnType<typeof rows>;

/** The rooms that `which` leaves. */
export async function readRooms(db: Db, which: (query: Rows) => Rows): Promise<RoomRecord[]> {
  return (await which(rows(db)).execute()).map(
    ({ lobby, guests, share, chat, unmute, notes, encrypted, ...record }) => ({
      ...record,
      settings: {
        lobby: lobby === 1,
        guests: guests === 1,
        share: share === 1,
        chat: chat === 1,
        unmute: unmute === 1,
        notes: notes === 1,
        encrypted: encrypted === 1,
      },
    }),
  );
}

/** @throws HubError room_not_found */
export async function findRoom(db: Db, id: string): Promise<RoomRecord> {
  const [record] = await readRooms(db, (query) => query.where('rooms.id', '=', id));
  if (!record) throw new HubError('room_not_found');
  return record;
}
