import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Bus } from '../../bus/bus.ts';
import type { Db } from '../../db/database.ts';
import type { VroomTables } from '../../db/tables/vroom.ts';

/** How often a hub writes that a sitting goes on; one that nobody wrote of for three times as long has ended with its hub. */
export const seenEveryMs = 20_000;
export const staleMs = 3 * seenEveryMs;

/** What happened in a room, for whoever is told of it. */
export interface MeetingFact {
  /** The same when it is told again. */
  id: string;
  type: 'meeting.started' | 'meeting.ended' | 'participant.joined' | 'participant.left';
  /** ms */
  timestamp: number;
  data: {
    roomId: string;
    title: string;
    meetingId: string;
    participant?: { id: string; accountId: string | null; name: string };
  };
}

/** Who was in which room when, written down beside the meeting: nothing waits for it, and what could not be written is tried again. */
export interface Attendance {
  /** Someone came in; the first opens the sitting, which has the meeting's id: what was said in it is found by it. */
  came(
    room: { id: string; title: string; meetingId?: string },
    who: { id: string; accountId: string | null; name: string },
  ): void;
  /** With the last one the sitting ends. */
  went(roomId: string, participantId: string): void;
  /** Ended for all. */
  ended(roomId: string): void;
  /** The sitting that goes on in a room, if one does. */
  goingOn(roomId: string): { id: string; startedAt: number } | undefined;
  /** Resolves once everything is written. */
  written(): Promise<void>;
  close(): Promise<void>;
}

type Sitting = VroomTables['sittings'];
type Presence = VroomTables['attendances'];

/** @param deps.tell gets each fact once what is written down of it is stored; again, until it takes it */
export function recordAttendance(deps: {
  db: Db;
  bus: Bus;
  log: Logger;
  now?: () => number;
  tell?: ((fact: MeetingFact) => Promise<void>) | undefined;
}): Attendance {
  const { db, bus, log, now = Date.now, tell = async () => {} } = deps;
  const going = new Map<string, { sitting: Sitting; present: Map<string, Presence> }>();
  const sittings = new Map<string, Sitting>();
  const presences = new Map<string, Presence>();
  const facts: MeetingFact[] = [];
  let writing: Promise<void> | undefined;

  /** Whole rows, so that what a database that was away did not take is there with the next one. */
  async function writeOnce(): Promise<void> {
    const rows = [
      [...sittings.values()].map((s) => ({ ...s })),
      [...presences.values()].map((p) => ({ ...p })),
    ] as const;
    sittings.clear();
    presences.clear();
    try {
      await db.transaction().execute(async (tx) => {
        for (const sitting of rows[0]) {
          const { seenAt, endedAt } = sitting;
          const insert = tx.insertInto('sittings').values(sitting);
          await insert.onConflict((c) => c.column('id').doUpdateSet({ seenAt, endedAt })).execute();
        }
        for (const presence of rows[1]) {
          const { leftAt } = presence;
          const insert = tx.insertInto('attendances').values(presence);
          await insert.onConflict((c) => c.column('id').doUpdateSet({ leftAt })).execute();
        }
      });
    } catch (error) {
      for (const row of rows[0]) if (!sittings.has(row.id)) sittings.set(row.id, row);
      for (const row of rows[1]) if (!presences.has(row.id)) presences.set(row.id, row);
      throw error;
    }
  }

  async function writeAll(): Promise<void> {
    try {
      for (;;) {
        const stored = facts.length;
        if (sittings.size > 0 || presences.size > 0) await writeOnce();
        else if (stored === 0) break;
        for (let left = stored; left > 0; left--) {
          await tell(facts[0] as MeetingFact);
          facts.shift();
        }
      }
    } catch (error) {
      log.warn({ err: error }, 'attendance not written, will be tried again');
    } finally {
      writing = undefined;
    }
  }

  function write(sitting: Sitting, ...changed: Presence[]): void {
    sitting.seenAt = now();
    sittings.set(sitting.id, sitting);
    for (const presence of changed) presences.set(presence.id, presence);
    flush();
  }

  function flush(): void {
    if (sittings.size > 0 || presences.size > 0 || facts.length > 0) writing ??= writeAll();
  }

  function happened(type: MeetingFact['type'], { id: meetingId, roomId, title }: Sitting, who?: Presence): void {
    const participant = who && { id: who.id, accountId: who.accountId, name: who.name };
    const data = { roomId, title, meetingId, ...(participant && { participant }) };
    facts.push({ id: `${type}/${who?.id ?? meetingId}`, type, timestamp: now(), data });
  }

  async function look(): Promise<void> {
    for (const { sitting } of going.values()) write(sitting);
    // What the database did not take, of meetings that are over too: before it is repaired as left open.
    flush();
    await writing;
    await repairAttendance(db, now()).catch((error) => log.warn({ err: error }, 'attendance not repaired'));
  }
  // At once for what a hub that died left open.
  let looking = look();
  const clock = setInterval(() => {
    looking = look();
  }, seenEveryMs);
  clock.unref();

  function ended(roomId: string): void {
    const open = going.get(roomId);
    if (!open) return;
    going.delete(roomId);
    bus.publish('room:sitting', { roomId, going: false });
    const at = now();
    open.sitting.endedAt = at;
    for (const row of open.present.values()) {
      row.leftAt = at;
      happened('participant.left', open.sitting, row);
    }
    happened('meeting.ended', open.sitting);
    write(open.sitting, ...open.present.values());
  }

  return {
    came(room, who) {
      const at = now();
      const known = going.get(room.id);
      const open = known ?? {
        sitting: {
          id: room.meetingId ?? randomUUID(),
          roomId: room.id,
          title: room.title,
          startedAt: at,
          seenAt: at,
          endedAt: null,
        },
        present: new Map<string, Presence>(),
      };
      going.set(room.id, open);
      if (!known) bus.publish('room:sitting', { roomId: room.id, going: true });
      const { accountId } = who;
      // PostgreSQL stores no NUL.
      const name = who.name.replaceAll('\0', '');
      const row = { id: randomUUID(), sittingId: open.sitting.id, accountId, name, joinedAt: at, leftAt: null };
      open.present.set(who.id, row);
      if (!known) happened('meeting.started', open.sitting);
      happened('participant.joined', open.sitting, row);
      write(open.sitting, row);
    },
    went(roomId, participantId) {
      const open = going.get(roomId);
      const row = open?.present.get(participantId);
      if (!open || !row) return;
      open.present.delete(participantId);
      row.leftAt = now();
      happened('participant.left', open.sitting, row);
      write(open.sitting, row);
      // Who still waits at the door is no meeting.
      if (open.present.size === 0) ended(roomId);
    },
    ended,
    goingOn(roomId) {
      const open = going.get(roomId);
      return open && { id: open.sitting.id, startedAt: open.sitting.startedAt };
    },
    async written() {
      await writing;
    },
    async close() {
      clearInterval(clock);
      await looking;
      await writing;
    },
  };
}

/** Closes what a hub that died left open: it ended when that hub last saw it. */
export async function repairAttendance(db: Db, now: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const left = await tx
      .updateTable('sittings')
      .set((e) => ({ endedAt: e.ref('seenAt') }))
      .where('endedAt', 'is', null)
      .where('seenAt', '<', now - staleMs)
      .returning(['id', 'seenAt'])
      .execute();
    for (const { id, seenAt } of left)
      await tx
        .updateTable('attendances')
        .set({ leftAt: seenAt })
        .where('sittingId', '=', id)
        .where('leftAt', 'is', null)
        .execute();
  });
}
