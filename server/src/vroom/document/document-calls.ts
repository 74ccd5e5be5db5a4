import { HubError } from '@diwan/protocol/errors.ts';
import { type documentCalls as contracts, largestDocument, type Shown } from '@diwan/protocol/vroom-document.ts';
import type { Caller } from '../caller.ts';
import { type Connection, type Live, type Participant, tell, tellAll, tellOthers } from '../rooms/live-room.ts';
import { roleOf } from '../rooms/meeting-now.ts';
import { refuseHideBoard, refuseOwnDeed } from '../rules/roles.ts';
import { pace } from '../together/pace.ts';
import type { Vroom } from '../vroom.ts';
import type { LiveDocument } from './documents.ts';

/** Those who do not see the board hear this seldom that somebody draws, in ms. */
const drawnEveryMs = 3000;

interface Deps {
  live: Live;
  inTurn: <T>(caller: Caller, work: (connection: Connection) => Promise<T> | T) => Promise<T>;
}

/** The calls of protocol/vroom-document.ts. */
export function documentCalls({ live, inTurn }: Deps): Pick<Vroom['calls'], keyof typeof contracts> {
  const { documents } = live;
  const opens = pace({ times: 60, seconds: 60 });
  const updates = pace({ times: 400, seconds: 10 });
  const kibibytes = pace({ times: 4096, seconds: 10 });
  const shows = pace({ times: 300, seconds: 10 });
  const files = pace({ times: 20, seconds: 60 });
  const boards = pace({ times: 20, seconds: 60 });

  /** Who is in now. The database is waited for outside their turn: their media does not wait for it. */
  const present = (caller: Caller) =>
    inTurn(caller, (connection) => {
      const { participant: self } = connection;
      if (!self || self.moving) throw new HubError('not_in_room');
      return { self, connection };
    });

  /** What the caller has opened. */
  const opened = async (caller: Caller) => {
    const { self, connection } = await present(caller);
    const document = await documents.of(self.room);
    const copy = document.copies.get(self.id);
    if (copy?.connection !== connection) throw new HubError('document_out_of_step', 'not open');
    return { self, document, copy };
  };

  /** To all who have a copy, but one. */
  function others(document: LiveDocument, self: Participant) {
    return [...document.copies].filter(([id, { connection }]) => {
      const participant = document.room.participants.get(id);
      return participant !== self && participant?.connection === connection;
    });
  }

  return {
    'document:open': async (caller, { clientId, vector }) => {
      const { self, connection } = await present(caller);
      await opens(self.personId);
      const document = await documents.of(self.room);
      const { shared, copies, id: documentId } = document;
      if (shared.notes() !== '' || shared.board().length > 0) await documents.witness(document);
      if (self.connection !== connection) throw new HubError('not_in_room');
      shared.bind(clientId, self.personId);
      const update = shared.since(vector);
      copies.set(self.id, { connection, clientId, at: null, pieces: [], drawnToldAt: 0 });
      const shown = others(document, self).flatMap(([participantId, copy]): Shown[] =>
        copy.at ? [{ participantId, clientId: copy.clientId, at: copy.at }] : [],
      );
      return { documentId, update, vector: shared.vector(), others: shown };
    },
    'document:close': async (caller) => {
      const { self, document } = await opened(caller);
      document.copies.delete(self.id);
      return {};
    },
    'document:update': async (caller, { documentId, update: piece, more }) => {
      const { self, document, copy } = await opened(caller);
      await updates(self.personId);
      await kibibytes(self.personId, Math.ceil(piece.byteLength / 1024));
      if (document.id !== documentId) throw new HubError('document_out_of_step', 'another document');
      const { room, personId } = self;
      const no = refuseOwnDeed('notes', roleOf(personId, room.meeting), room.record.settings);
      if (no) throw no;
      copy.pieces.push(piece);
      const size = copy.pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
      if (more && size <= largestDocument) return {};
      const update = Buffer.concat(copy.pieces);
      copy.pieces = [];
      if (size > largestDocument) throw new HubError('document_full');
      const { drawn } = document.shared.take(update, personId);
      documents.changed(document);
      if (drawn && Date.now() - copy.drawnToldAt > drawnEveryMs) {
        copy.drawnToldAt = Date.now();
        tellOthers(live, self, 'board:drawn', { participantId: self.id });
      }
      // Told in the order in which they were taken: nothing is waited for between.
      for (const [, { connection }] of others(document, self))
        tell(live, connection, 'document:updated', { documentId, update });
      await documents.witness(document);
      return {};
    },
    'document:show': async (caller, { at }) => {
      const { self, document, copy } = await opened(caller);
      await shows(self.personId);
      copy.at = at;
      const shown = { participantId: self.id, clientId: copy.clientId, at };
      for (const [, { connection }] of others(document, self)) tell(live, connection, 'document:shown', shown);
      return {};
    },
    'document:file': async (caller, { part }) => {
      const { self, document } = await opened(caller);
      const { actor } = caller;
      if (actor.audience === 'guest') throw new HubError('forbidden', 'a guest has no files');
      await files(self.personId);
      return documents.file(document, actor.accountId, part);
    },
    'board:show': async (caller, { shown }) => {
      await boards((await present(caller)).self.personId);
      return inTurn(caller, ({ participant: self }) => {
        if (!self || self.moving) throw new HubError('not_in_room');
        const { room, id, personId } = self;
        const { settings } = room.record;
        const before = room.meeting.board;
        if (shown === (before !== null)) return {};
        const role = roleOf(personId, room.meeting);
        const no =
          before === null
            ? refuseOwnDeed('notes', role, settings)
            : refuseHideBoard(
                { id, role },
                { shownBy: before.participantId, shownByIsHere: room.participants.has(before.participantId) },
                settings,
              );
        if (no) throw no;
        const board = shown ? { participantId: id, name: self.name } : null;
        room.meeting.board = board;
        tellAll(live, room, 'board:shown', { board });
        return {};
      });
    },
  };
}
