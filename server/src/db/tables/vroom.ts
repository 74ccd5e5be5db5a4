import type { RoomKind } from '@diwan/protocol/vroom.ts';
import type { Generated } from 'kysely';

export interface VroomTables {
  rooms: {
    id: string;
    title: string;
    ownerId: string;
    createdAt: number;
    endedAt: number | null;
    /** 1 or 0, as the following. */
    lobby: Generated<number>;
    guests: Generated<number>;
    share: Generated<number>;
    chat: Generated<number>;
    unmute: Generated<number>;
    notes: Generated<number>;
    encrypted: Generated<number>;
    passwordHash: Generated<string | null>;
    kind: RoomKind;
  };
  /** What is planned in a room. */
  meetings: {
    roomId: string;
    description: string;
    /** A WallTime, and where the wall is; always the first of a series. */
    start: string;
    timeZone: string;
    minutes: number;
    /** A Repeat as JSON. */
    repeat: string | null;
    /** Raised whenever those who are invited are told of a change (RFC 5545, section 3.8.7.4). */
    sequence: number;
    /** When the last one ends; null: it goes on. */
    endsAt: number | null;
    cancelledAt: number | null;
  };
  meetingCancelledDates: { roomId: string; date: string };
  meetingInvitees: { roomId: string; email: string; invitedAt: number; removedAt: number | null };
  /** Each time that people were together in a room. */
  sittings: {
    id: string;
    roomId: string;
    title: string;
    startedAt: number;
    /** The hub was there to see it go on; what a hub left open when it died ended here. */
    seenAt: number;
    endedAt: number | null;
  };
  attendances: {
    id: string;
    sittingId: string;
    /** null: a guest. */
    accountId: string | null;
    name: string;
    joinedAt: number;
    leftAt: number | null;
  };
}
