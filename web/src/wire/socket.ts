import { ackOf, Problem } from '@diwan/protocol/errors.ts';
import {
  type ClientCall,
  clientCalls,
  type ServerEvent,
  type ServerEventData,
  serverEvents,
} from '@diwan/protocol/socket.ts';
import type { VroomAnswer, VroomRequest } from '@diwan/protocol/vroom.ts';
import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';
import { heard } from './http.ts';
import { codeOf, localProblem, ProblemError } from './problem.ts';
import { refreshSession } from './refresh.ts';

/** `reconnecting`: it was open and the line was lost. */
export type ConnectionState = 'closed' | 'connecting' | 'open' | 'reconnecting';

const callTimeoutMs = 15_000;
const socket: Socket = io({
  path: '/socket.io',
  autoConnect: false,
  auth: {},
  // One round trip; long polling where a proxy lets no WebSocket through.
  transports: ['websocket', 'polling'],
  tryAllTransports: true,
  randomizationFactor: 0.5,
  reconnectionDelayMax: 5000,
});

let state: ConnectionState = 'closed';
const stateListeners = new Set<() => void>();
const openListeners = new Set<(recovered: boolean) => void>();

function setState(next: ConnectionState): void {
  if (next === state) return;
  state = next;
  for (const listener of stateListeners) listener();
}

socket.on('connect', () => {
  setState('open');
  for (const listener of openListeners) listener(socket.recovered);
});

socket.on('disconnect', (reason) => {
  if (reason === 'io client disconnect') return setState('closed');
  setState('reconnecting');
  // A server that closes on purpose is not tried again by the library; the handshake then says why it closed.
  if (reason === 'io server disconnect') setTimeout(() => state === 'reconnecting' && socket.connect(), 500);
});

socket.on('connect_error', (error: Error & { data?: unknown }) => {
  const refusal = Problem.safeParse(error.data);
  // No refusal means no answer: the library tries again by itself.
  if (!refusal.success) return;
  void afterRefusal(new ProblemError(refusal.data));
});

async function afterRefusal(refusal: ProblemError): Promise<void> {
  try {
    if (refusal.problem.code !== 'token_expired') throw refusal;
    await refreshSession();
    socket.connect();
  } catch (error) {
    const code = codeOf(error);
    const over =
      ['unauthenticated', 'token_expired', 'account_suspended'].includes(code) ||
      // Guests tick the terms at the door.
      (code === 'cgu_required' && 'guestOf' in socket.auth);
    heard(error);
    if (over) disconnectSocket();
    else setTimeout(() => state !== 'closed' && !socket.active && socket.connect(), 3000);
  }
}

/**
 * Opens the one connection of this page; it comes back by itself whenever the line is lost.
 * @param as a guest of one room (the cookie says which); who is signed in unless given
 */
export function connectSocket(as: { guestOf?: string } = {}): void {
  const { guestOf } = socket.auth as { guestOf?: string };
  if (guestOf !== as.guestOf) disconnectSocket();
  if (state !== 'closed') return;
  socket.auth = as;
  setState('connecting');
  socket.connect();
}

// A page that is left says so, and the others need not wait for what won't come back. One kept by the back button connects again.
if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => state !== 'closed' && socket.disconnect());
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) connectSocket(socket.auth as { guestOf?: string });
  });
}

export function disconnectSocket(): void {
  socket.disconnect();
  setState('closed');
}

/** Hears an event of the server, parsed with its contract; answers the function that stops it. */
export function onEvent<E extends ServerEvent>(event: E, listener: (data: ServerEventData<E>) => void): () => void {
  const parse = (data: unknown) => {
    const result = serverEvents[event].safeParse(data);
    if (result.success) listener(result.data as ServerEventData<E>);
    else console.error(`event ${event} breaks its contract`, result.error);
  };
  const generic: Socket = socket;
  generic.on(event as string, parse);
  return () => generic.off(event as string, parse);
}

/** Calls the server and answers its parsed answer. Throws ProblemError: the server's, or `unavailable` when none came. */
export async function call<E extends ClientCall>(event: E, request: VroomRequest<E>): Promise<VroomAnswer<E>> {
  const contract: { request: z.ZodType; answer: z.ZodType } = clientCalls[event];
  const body = contract.request.safeParse(request);
  if (!body.success) throw localProblem('bad_request', 400, body.error.message);
  const raw = await socket
    .timeout(callTimeoutMs)
    .emitWithAck(event, body.data)
    .catch(() => {
      throw localProblem('unavailable');
    });
  const ack = ackOf(contract.answer).safeParse(raw);
  if (!ack.success) {
    console.error(`answer to ${event} breaks its contract`, ack.error);
    throw localProblem('internal', 200, ack.error.message);
  }
  if (!ack.data.ok) throw heard(new ProblemError(ack.data.error));
  return ack.data.data as VroomAnswer<E>;
}

/** Hears each (re)connection. `recovered`: the server kept this connection's rooms and missed events. */
export function onOpen(listener: (recovered: boolean) => void): () => void {
  openListeners.add(listener);
  return () => openListeners.delete(listener);
}

export const connection = {
  get: (): ConnectionState => state,
  subscribe: (listener: () => void): (() => void) => {
    stateListeners.add(listener);
    return () => stateListeners.delete(listener);
  },
};
