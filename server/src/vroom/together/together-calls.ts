import { HubError } from '@diwan/protocol/errors.ts';
import type { chatCalls } from '@diwan/protocol/vroom-chat.ts';
import type { handsCalls } from '@diwan/protocol/vroom-hands.ts';
import type { pollCalls } from '@diwan/protocol/vroom-polls.ts';
import type { Db } from '../../db/database.ts';
import type { Caller } from '../caller.ts';
import { whereIs } from '../rooms/breakouts.ts';
import { mustBeAllowed, subject } from '../rooms/host.ts';
import {
  type Connection,
  type Live,
  type LiveRoom,
  type Participant,
  tell,
  tellAll,
  tellHands,
} from '../rooms/live-room.ts';
import { isGuest, roleOf } from '../rooms/meeting-now.ts';
import { refuseOwnDeed } from '../rules/roles.ts';
import type { Vroom } from '../vroom.ts';
import { deleteMessage, editMessage, messageView, readChat, sendMessage } from './chat.ts';
import { type FilesToShow, fileToSend } from './files.ts';
import { inOrder } from './in-order.ts';
import { pace } from './pace.ts';
import { type Count, countPoll, createPoll, listPolls, openPoll, pollView, vote } from './polls.ts';
import { type Present, writeDown } from './readers.ts';
import { tellMessage } from './tell-message.ts';

interface Deps {
  db: Db;
  live: Live;
  files: FilesToShow | undefined;
  inTurn: <T>(caller: Caller, work: (connection: Connection) => Promise<T> | T) => Promise<T>;
}
type TogetherCalls = typeof chatCalls & typeof handsCalls & typeof pollCalls;

/** Many votes within this time are told at once, in ms. */
const tellVotesMs = 200;

/** The calls of protocol/vroom-chat.ts, vroom-hands.ts and vroom-polls.ts. */
export function togetherCalls({ db, live, files, inTurn }: Deps): Pick<Vroom['calls'], keyof TogetherCalls> {
  const write = pace({ times: 20, seconds: 20 });
  const show = pace({ times: 15, seconds: 10 });
  const decide = pace({ times: 60, seconds: 60 });
  const votesToTell = new Set<string>();

  /** Who is in now, as they are at this moment. The database is waited for outside their turn: their media does not wait for it. */
  const present = (caller: Caller) =>
    inTurn(caller, ({ participant: self }) => {
      if (!self || self.moving) throw new HubError('not_in_room');
      const { room, personId } = self;
      const who: Present = {
        roomId: room.record.id,
        meetingId: room.meeting.id,
        breakout: whereIs(self)?.name ?? null,
        personId,
        // PostgreSQL stores no NUL.
        name: self.name.replaceAll('\0', ''),
        role: roleOf(personId, room.meeting),
        owner: personId === room.record.ownerId,
      };
      return { self, room, meeting: room.meeting, who };
    });
  type Here = Awaited<ReturnType<typeof present>>;

  /** Keeps something; who is there then may read it later. */
  async function keep<T>({ room, meeting }: Here, work: (readers: readonly string[]) => Promise<T>): Promise<T> {
    // Others who came meanwhile, for the next meeting, were not there.
    const there = room.meeting === meeting ? [...room.participants.values()].map(({ personId }) => personId) : [];
    const readers = [...new Set(there)].filter((personId) => !meeting.readers.has(personId));
    const kept = await work(readers);
    for (const personId of readers) meeting.readers.add(personId);
    return kept;
  }

  /** Who comes later in a meeting reads what is kept of it, and may from then on. */
  async function join({ meeting, who }: Here): Promise<void> {
    if (meeting.readers.size === 0 || meeting.readers.has(who.personId)) return;
    await writeDown(db, who, [who.personId]);
    meeting.readers.add(who.personId);
  }

  function tellPoll(room: LiveRoom, count: Count): void {
    if (count.row.meetingId !== room.meeting.id) return;
    for (const { personId, media, connection } of room.participants.values())
      if (media) tell(live, connection, 'poll:changed', pollView(count, personId, room.meeting.id));
  }

  function tellVotes({ room, who }: Here, id: string): void {
    if (votesToTell.has(id)) return;
    votesToTell.add(id);
    const timer = setTimeout(() => {
      votesToTell.delete(id);
      if (room.closed) return;
      inOrder(room, async () => tellPoll(room, await countPoll(db, who, id))).catch((error) =>
        live.log.error({ err: error }, 'votes not told'),
      );
    }, tellVotesMs);
    timer.unref();
  }

  const mayWrite = ({ room, who }: Here) => {
    const no = refuseOwnDeed('chat', who.role, room.record.settings);
    if (no) throw no;
  };

  /** Whom a message is for, if it is for one. */
  function addressee({ self, room }: Here, participantId: string | undefined): Participant | undefined {
    if (participantId === undefined) return undefined;
    const to = room.participants.get(participantId);
    if (!to) throw new HubError('not_found', 'participant');
    if (to.personId === self.personId) throw new HubError('bad_request', 'to oneself');
    return to;
  }

  return {
    'chat:read': async (caller, request) => {
      const here = await present(caller);
      return inOrder(here.room, async () => {
        await join(here);
        return readChat(db, here.who, request);
      });
    },
    'chat:send': async (caller, { clientId, text, to: toId, replyTo, fileId }) => {
      const here = await present(caller);
      mayWrite(here);
      const to = addressee(here, toId);
      await write(here.who.personId);
      const input = {
        ...{ clientId, text },
        ...(to && { to: { personId: to.personId, name: to.name.replaceAll('\0', '') } }),
        ...(replyTo !== undefined && { replyTo }),
        ...(fileId !== undefined && { file: fileToSend(files, here.who.personId, fileId, here.room.record.title) }),
      };
      return inOrder(here.room, async () => {
        const { row, isNew } = await keep(here, (readers) => sendMessage(db, here.who, input, readers));
        if (isNew) await tellMessage(db, live, here.room, row);
        return { message: messageView(row, here.who.personId) };
      });
    },
    'chat:edit': async (caller, { number, text }) => {
      const here = await present(caller);
      mayWrite(here);
      await write(here.who.personId);
      return inOrder(here.room, async () => {
        const row = await editMessage(db, here.who, number, text);
        await tellMessage(db, live, here.room, row);
        return { message: messageView(row, here.who.personId) };
      });
    },
    'chat:delete': async (caller, { number }) => {
      const here = await present(caller);
      await decide(here.who.personId);
      return inOrder(here.room, async () => {
        const accountId = isGuest(here.who.personId) ? null : here.who.personId;
        const withdrawn = async (tx: Db, fileId: string) => files?.hide(tx, accountId, fileId, here.room.record.title);
        await tellMessage(db, live, here.room, await deleteMessage(db, here.who, number, withdrawn));
        return {};
      });
    },

    'hand:raise': async (caller) => {
      const { self, room, meeting } = await present(caller);
      await show(self.personId);
      if (meeting.hands.has(self.id) || !room.participants.has(self.id)) return {};
      meeting.hands.set(self.id, Date.now());
      tellHands(live, room);
      return {};
    },
    'hand:lower': async (caller, { participantId }) => {
      const { self, room, meeting } = await present(caller);
      const over = participantId === self.id ? self : subject('lower-hand', self, participantId);
      if (meeting.hands.delete(over.id)) tellHands(live, room);
      return {};
    },
    'hand:lower-all': async (caller) => {
      const { self, room, meeting } = await present(caller);
      mustBeAllowed('lower-hand', self);
      if (meeting.hands.size === 0) return {};
      meeting.hands.clear();
      tellHands(live, room);
      return {};
    },
    'reaction:send': async (caller, { reaction }) => {
      const { self, room } = await present(caller);
      await show(self.personId);
      tellAll(live, room, 'participant:reacted', { participantId: self.id, reaction });
      return {};
    },

    'poll:list': async (caller) => {
      const here = await present(caller);
      return inOrder(here.room, async () => {
        await join(here);
        return { polls: await listPolls(db, here.who) };
      });
    },
    'poll:create': async (caller, draft) => {
      const here = await present(caller);
      mustBeAllowed('ask-poll', here.self);
      await decide(here.who.personId);
      return inOrder(here.room, async () => {
        const count = await keep(here, (readers) => createPoll(db, here.who, draft, readers));
        tellPoll(here.room, count);
        return { poll: pollView(count, here.who.personId, here.who.meetingId) };
      });
    },
    'poll:open': async (caller, { id, open }) => {
      const here = await present(caller);
      mustBeAllowed('ask-poll', here.self);
      await decide(here.who.personId);
      return inOrder(here.room, async () => {
        const count = await openPoll(db, here.who, id, open);
        tellPoll(here.room, count);
        return { poll: pollView(count, here.who.personId, here.who.meetingId) };
      });
    },
    'poll:vote': async (caller, { id, choices }) => {
      const here = await present(caller);
      await decide(here.who.personId);
      return inOrder(here.room, async () => {
        const count = await vote(db, here.who, id, choices);
        tellVotes(here, id);
        return { poll: pollView(count, here.who.personId, here.who.meetingId) };
      });
    },
  };
}
