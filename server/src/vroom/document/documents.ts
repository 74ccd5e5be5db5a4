import { HubError } from '@diwan/protocol/errors.ts';
import type { DocumentPart, Whereabouts } from '@diwan/protocol/vroom-document.ts';
import type { Logger } from 'pino';
import type { Db } from '../../db/database.ts';
import type { Connection, LiveRoom } from '../rooms/live-room.ts';
import type { MeetingNow } from '../rooms/meeting-now.ts';
import { inOrder } from '../together/in-order.ts';
import { writeDown } from '../together/readers.ts';
import { fileOf, type MeetingFile } from './document-files.ts';
import { type DocumentRow, endLeft, markFiled, openKept, seenKept, toFile, writeKept } from './kept-documents.ts';
import { openSharedDocument, type SharedDocument } from './shared-document.ts';

/** What was written is stored this soon, in ms: what a hub that dies takes with it is sent again by those who wrote it. */
const writtenWithinMs = 2000;
const againMs = 5000;
/** How often it is looked after what is held and what is over, in ms. */
const lookEveryMs = 20_000;

/** Puts a file among an account's own. @throws HubError */
export type PutFile = (accountId: string, file: MeetingFile) => Promise<{ folder: string; name: string }>;

/** The document of a meeting that goes on here. */
export interface LiveDocument {
  readonly id: string;
  readonly title: string;
  readonly breakout: string | null;
  readonly startedAt: number;
  readonly room: LiveRoom;
  readonly meeting: MeetingNow;
  readonly shared: SharedDocument;
  /** Who has a copy, by participant. */
  readonly copies: Map<string, Copy>;
  /** Changed since it was stored. */
  changed: boolean;
  /** As it is, it was put among the host's files. */
  filedAt: number | null;
  endedAt: number | null;
  /** The meeting is over here, or the hub closes. */
  over: boolean;
  timer: NodeJS.Timeout | undefined;
}
export interface Copy {
  readonly connection: Connection;
  readonly clientId: number;
  at: Whereabouts | null;
  /** Of an update whose last piece has not come. */
  pieces: Uint8Array[];
  /** When the others were last told that this one draws. */
  drawnToldAt: number;
}

/** Notes and drawings of the meetings here: held while they go on, stored soon after each change, and filed when they are over. */
export interface Documents {
  /** @throws HubError not_in_room when the meeting is over */
  of(room: LiveRoom): Promise<LiveDocument>;
  /** From now on who is there may read what is written, later too. */
  witness(document: LiveDocument): Promise<void>;
  /** It is to be stored. */
  changed(document: LiveDocument): void;
  /** Puts a part of it among an account's files. */
  file(document: LiveDocument, accountId: string, part: DocumentPart): Promise<{ folder: string; name: string }>;
  /** `shutdown`: it goes on elsewhere, or here again. */
  ended(room: LiveRoom, reason: 'ended' | 'shutdown'): void;
  /** Resolves once all is stored, and filed as far as it can be. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export function keepDocuments(deps: {
  db: Db;
  log: Logger;
  putFile: PutFile;
  now?: () => number;
  writtenWithinMs?: number | undefined;
}): Documents {
  const { db, log, putFile, now = Date.now } = deps;
  const delayMs = deps.writtenWithinMs ?? writtenWithinMs;
  const documents = new Map<MeetingNow, Promise<LiveDocument>>();
  /** Held here; over, until that is stored. */
  const held = new Set<LiveDocument>();
  let closing = false;
  let looking: Promise<void> = Promise.resolve();

  async function load(room: LiveRoom): Promise<LiveDocument> {
    const { meeting, record } = room;
    const breakout = room.main
      ? ([...(room.main.breakouts?.rooms.values() ?? [])].find((b) => b.room === room)?.name ?? '')
      : null;
    const row = await openKept(
      db,
      { roomId: record.id, meetingId: meeting.id, hostId: meeting.hostId, title: record.title, breakout },
      { now: now(), held: [...held].map(({ id }) => id) },
    );
    const document: LiveDocument = {
      ...{ id: row.id, title: row.title, breakout: row.breakout, startedAt: row.startedAt, room, meeting },
      shared: openSharedDocument(row.state),
      copies: new Map(),
      ...{ changed: false, filedAt: row.filedAt, endedAt: null, over: false, timer: undefined },
    };
    held.add(document);
    if (room.closed || room.meeting !== meeting) end(document, closing ? 'shutdown' : 'ended');
    return document;
  }

  async function write(document: LiveDocument): Promise<void> {
    const { id, meeting, shared, endedAt, filedAt } = document;
    document.changed = false;
    try {
      const hasNotes = shared.notes().trim() === '' ? 0 : 1;
      const hasBoard = shared.board().length === 0 ? 0 : 1;
      const parts = { state: shared.encode(), hasNotes, hasBoard };
      await writeKept(db, id, { ...parts, hostId: meeting.hostId, seenAt: now(), endedAt, filedAt });
    } catch (error) {
      document.changed = true;
      throw error;
    }
  }

  /** Now, and again until it is stored. */
  async function store(document: LiveDocument): Promise<void> {
    clearTimeout(document.timer);
    document.timer = undefined;
    try {
      // One write at a time.
      await inOrder(document.room, () => write(document));
      if (document.over && !document.changed) held.delete(document);
    } catch (error) {
      log.warn({ err: error, documentId: document.id }, 'notes not stored, will be tried again');
      if (!closing) document.timer = setTimeout(() => void store(document), againMs);
    }
  }

  function end(document: LiveDocument, reason: 'ended' | 'shutdown'): Promise<void> {
    document.over = true;
    document.changed = true;
    document.copies.clear();
    if (reason === 'ended') document.endedAt = now();
    return store(document);
  }

  /** Those who were there read it among the past meetings; the host finds it among their files. */
  async function fileOver(row: DocumentRow): Promise<void> {
    const shared = openSharedDocument(row.state);
    const parts = [...(row.hasNotes ? (['notes'] as const) : []), ...(row.hasBoard ? (['board'] as const) : [])];
    for (const part of parts)
      try {
        await putFile(row.hostId, fileOf(part, shared, row));
      } catch (error) {
        if (!(error instanceof HubError)) throw error;
        log.warn({ code: error.code, documentId: row.id }, 'notes not put among the host’s files');
      }
    await markFiled(db, row.id, now());
  }

  async function lookOnce(): Promise<void> {
    try {
      const here = [...held].filter(({ over }) => !over);
      await seenKept(
        db,
        here.map(({ id }) => id),
        now(),
      );
      await endLeft(db, now());
      for (const row of await toFile(db, now())) await fileOver(row);
    } catch (error) {
      log.warn({ err: error }, 'notes of past meetings not looked after, will be tried again');
    }
  }
  const look = () => {
    looking = looking.then(lookOnce);
    return looking;
  };
  void look();
  const clock = setInterval(look, lookEveryMs).unref();

  return {
    async of(room) {
      const { meeting } = room;
      const opening = documents.get(meeting) ?? load(room);
      documents.set(meeting, opening);
      try {
        const document = await opening;
        if (document.over) throw new HubError('not_in_room', 'the meeting is over');
        return document;
      } catch (error) {
        if (documents.get(meeting) === opening && !(error instanceof HubError)) documents.delete(meeting);
        throw error;
      }
    },
    async witness({ id, room, meeting }) {
      const unknown = () => {
        const there = room.meeting === meeting ? [...room.participants.values()] : [];
        return [...new Set(there.map(({ personId }) => personId))].filter((personId) => !meeting.readers.has(personId));
      };
      if (unknown().length === 0) return;
      try {
        await inOrder(room, async () => {
          const readers = unknown();
          await writeDown(db, { roomId: room.record.id, meetingId: meeting.id }, readers);
          for (const personId of readers) meeting.readers.add(personId);
        });
      } catch (error) {
        log.warn({ err: error, documentId: id }, 'readers not written, will be tried again');
      }
    },
    changed(document) {
      document.changed = true;
      document.filedAt = null;
      document.timer ??= setTimeout(() => void store(document), delayMs);
    },
    async file(document, accountId, part) {
      return putFile(accountId, fileOf(part, document.shared, document));
    },
    ended(room, reason) {
      const opening = documents.get(room.meeting);
      if (!opening) return;
      documents.delete(room.meeting);
      opening.then(
        async (document) => {
          if (!document.over) await end(document, reason);
          if (reason === 'ended') await look();
        },
        () => {},
      );
    },
    async settled() {
      await Promise.all(documents.values());
      for (const document of held) if (document.changed) await store(document);
      await look();
    },
    async close() {
      closing = true;
      clearInterval(clock);
      await Promise.allSettled(documents.values());
      for (const document of held) await end(document, 'shutdown');
      if (held.size > 0) log.error({ documents: held.size }, 'notes not stored');
      await looking;
    },
  };
}
