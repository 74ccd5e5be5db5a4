import { z } from 'zod';
import { iboxEvents } from './ibox.ts';
import { sharesEvents } from './ibox-shares.ts';
import { SessionEnded, SessionOpened } from './identity.ts';
import { noticeEvents } from './notices.ts';
import { TermsPublished } from './terms.ts';
import { type VroomCall, vroomCalls, vroomEvents } from './vroom.ts';
import { meetingsEvents } from './vroom-meetings.ts';

/**
 * One Socket.IO connection per client on path /socket.io, namespace "/". A browser is known by its cookie, an agent by
 * `auth: { token }`, a guest by the cookie of the room that `auth: { guestOf }` names (vroom-guests.ts). Refusals come as connect_error with a Problem in `error.data`.
 */
export const SocketAuth = z.object({
  token: z.string().max(4096).optional(),
  guestOf: z.string().min(1).max(64).optional(),
  language: z.string().max(10).optional(),
});

export const serverEvents = {
  ...noticeEvents,
  ...iboxEvents,
  ...sharesEvents,
  ...vroomEvents,
  ...meetingsEvents,
  'terms:published': TermsPublished,
  'session:ended': SessionEnded,
  'session:opened': SessionOpened,
} as const;
export type ServerEvent = keyof typeof serverEvents;
export type ServerEventData<E extends ServerEvent> = z.output<(typeof serverEvents)[E]>;

export const clientCalls = { ...vroomCalls } as const;
export type ClientCall = VroomCall;
