import type { Server as HttpServer } from 'node:http';
import { type Ack, HubError, type Language, type Problem } from '@diwan/protocol/errors.ts';
import {
  type ClientCall,
  clientCalls,
  type ServerEvent,
  type ServerEventData,
  SocketAuth,
  serverEvents,
} from '@diwan/protocol/socket.ts';
import { type VroomAnswer, vroomCalls } from '@diwan/protocol/vroom.ts';
import type { Logger } from 'pino';
import { Server, type Socket } from 'socket.io';
import type { z } from 'zod';
import type { Bus } from '../../bus/bus.ts';
import type { Actor, Guest } from '../../identity/actor.ts';
import type { GuestClaims } from '../../identity/guest-tokens.ts';
import { preferredLanguage, problemOf } from '../errors.ts';
import { type Gates, sameOrigin } from '../gates.ts';
import { accessCookie, readCookies } from '../http/session.ts';
import { eventBudget } from './event-budget.ts';

/** The connection a call came over, as the rooms see it. */
export interface Caller {
  connectionId: string;
  actor: Actor | Guest;
  send<E extends ServerEvent>(event: E, data: ServerEventData<E>): void;
}
export type CallHandlers = {
  [E in ClientCall]: (caller: Caller, request: z.output<(typeof clientCalls)[E]['request']>) => Promise<VroomAnswer<E>>;
};

interface Deps {
  http: HttpServer;
  gates: Gates;
  bus: Bus;
  log: Logger;
  publicUrl: string | undefined;
  calls: CallHandlers;
  /** What a browser's cookies say that it is in a room. */
  guest: (cookies: string | undefined, roomId: string) => GuestClaims | undefined;
  /** `page`: the client closed it by itself, as a page does that is left or loaded again. */
  disconnected: (connectionId: string, by: { page: boolean }) => void;
}

/** All who are signed in. */
const everyone = 'signed-in';
/** Larger than any contract allows by far, and small enough that a flood of them fills nothing (bytes). */
const maxMessage = 256 * 1024;

/** Live connections: handshake, one table of calls, and what the bus says pushed to those concerned. */
export function createSockets({ http, gates, bus, log, publicUrl, calls, guest, disconnected }: Deps): Server {
  const io = new Server(http, {
    maxHttpBufferSize: maxMessage,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    serveClient: false,
    allowRequest: (req, done) => {
      // A browser always names the page's origin on a WebSocket; an agent names none.
      done(null, req.headers.origin === undefined || sameOrigin(req.headers, publicUrl));
    },
  });

  const emit = <E extends ServerEvent>(
    to: { emit: (event: string, data: unknown) => unknown },
    event: E,
    data: ServerEventData<E>,
  ) => to.emit(event, serverEvents[event].parse(data));

  io.use(async (socket, next) => {
    const auth = SocketAuth.safeParse(socket.handshake.auth);
    const token = auth.data?.token ?? readCookies(socket.handshake.headers.cookie)[accessCookie];
    try {
      if (!auth.success) throw new HubError('bad_request');
      const { guestOf: roomId, language } = auth.data;
      socket.data.actor =
        roomId === undefined
          ? await gates.session(token)
          : await gates.guest(guest(socket.handshake.headers.cookie, roomId), preferredLanguage(language));
      next();
    } catch (error) {
      const language = preferredLanguage(auth.data?.language ?? socket.handshake.headers['accept-language']);
      const problem = problemOf(error, language);
      if (problem.code === 'internal') log.error({ err: error }, 'socket handshake failed');
      else log.info({ code: problem.code }, 'socket refused');
      next(Object.assign(new Error(problem.code), { data: problem }));
    }
  });

  io.on('connection', (socket: Socket) => {
    const actor = socket.data.actor as Actor | Guest;
    // Guests hear of their meeting only.
    if (actor.audience !== 'guest')
      void socket.join([everyone, `account:${actor.accountId}`, `session:${actor.sessionId}`]);
    const spend = eventBudget();

    const refuse = (ack: unknown, event: string, error: unknown, language: Language) => {
      const problem: Problem = problemOf(error, language);
      const entry = {
        event: event.slice(0, 60),
        code: problem.code,
        detail: problem.detail,
        ...(actor.audience === 'guest' ? { guestId: actor.guestId } : { accountId: actor.accountId }),
      };
      if (problem.code === 'internal') log.error({ ...entry, err: error }, 'socket call failed');
      else log.info(entry, 'socket call refused');
      if (typeof ack === 'function') ack({ ok: false, error: problem } satisfies Ack<never>);
    };

    /** An account's session is looked at again with each call; a guest's token, and the terms they ticked, when they connect. */
    const admitted = async (known: Actor | Guest, event: ClientCall): Promise<Actor | Guest> => {
      if (known.audience === 'guest') {
        if (!Object.hasOwn(vroomCalls, event)) throw new HubError('forbidden', 'not for guests');
        return known;
      }
      const current = await gates.stillOpen(known);
      gates.person(current);
      await gates.terms(current);
      return current;
    };

    const handle = async <E extends ClientCall>(event: E, request: unknown, ack: unknown) => {
      let { language } = actor;
      try {
        spend();
        const current = await admitted(actor, event);
        language = current.language;
        const parsed = clientCalls[event].request.safeParse(request);
        if (!parsed.success) {
          const issue = parsed.error.issues[0];
          throw new HubError('bad_request', `${issue?.path.join('.')}: ${issue?.message}`);
        }
        // Gone while the gates were asked: nobody would ever say that this caller has left.
        if (!socket.connected) return;
        const caller: Caller = {
          connectionId: socket.id,
          actor: current,
          send: (name, data) => void emit(socket, name, data),
        };
        const result = await calls[event](caller, parsed.data as never);
        if (typeof ack === 'function') ack({ ok: true, data: clientCalls[event].answer.parse(result) });
      } catch (error) {
        refuse(ack, event, error, language);
      }
    };

    socket.onAny((event: string, ...args: unknown[]) => {
      const ack = args.at(-1);
      if (Object.hasOwn(clientCalls, event)) void handle(event as ClientCall, args[0], ack);
      else refuse(ack, String(event), new HubError('bad_request', 'no such call'), actor.language);
    });
    socket.on('disconnect', (reason) => disconnected(socket.id, { page: reason === 'client namespace disconnect' }));
  });

  bus.subscribe('notice:published', (notice) => emit(io.to(everyone), 'notice:published', notice));
  bus.subscribe('notice:withdrawn', (which) => emit(io.to(everyone), 'notice:withdrawn', which));
  bus.subscribe('terms:published', (which) => emit(io.to(everyone), 'terms:published', which));
  bus.subscribe('space:changed', ({ accountIds, ...change }) => {
    if (accountIds.length > 0) emit(io.to(accountIds.map((id) => `account:${id}`)), 'space:changed', change);
  });
  bus.subscribe('node:touched', ({ accountIds, ...touched }) => {
    if (accountIds.length > 0) emit(io.to(accountIds.map((id) => `account:${id}`)), 'node:touched', touched);
  });
  bus.subscribe('shares:changed', ({ accountIds }) => {
    if (accountIds.length > 0) emit(io.to(accountIds.map((id) => `account:${id}`)), 'shares:changed', {});
  });
  bus.subscribe('meetings:changed', ({ accountIds }) => {
    if (accountIds.length > 0) emit(io.to(accountIds.map((id) => `account:${id}`)), 'meetings:changed', {});
  });
  bus.subscribe('session:opened', ({ accountId, ...signIn }) =>
    emit(io.to(`account:${accountId}`), 'session:opened', signIn),
  );
  bus.subscribe('session:ended', ({ sessionIds, reason }) => {
    for (const id of sessionIds) {
      emit(io.to(`session:${id}`), 'session:ended', { reason });
      io.in(`session:${id}`).disconnectSockets(true);
    }
  });
  return io;
}
