import type { Db } from '../../db/database.ts';
import { type Live, type LiveRoom, tell } from '../rooms/live-room.ts';
import { mayRead } from '../rules/chat.ts';
import { type MessageRow, messageView } from './chat.ts';
import { peopleOf } from './readers.ts';

/** Tells those who are in and may read it of a message, as it is now. */
export async function tellMessage(db: Db, live: Live, room: LiveRoom, row: MessageRow): Promise<void> {
  const people = row.meetingId === room.meeting.id ? undefined : await peopleOf(db, row.roomId, row.meetingId);
  for (const { personId, media, connection } of room.participants.values()) {
    const wasThere = !people || people.has(personId) || personId === room.record.ownerId;
    if (media && mayRead(row, personId, wasThere)) tell(live, connection, 'chat:message', messageView(row, personId));
  }
}
