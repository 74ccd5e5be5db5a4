import { Problem } from '@diwan/protocol/errors.ts';
import { type ServerEvent, type ServerEventData, serverEvents } from '@diwan/protocol/socket.ts';
import { io } from 'socket.io-client';
import type { Client } from './client.ts';

export interface Live {
  /** Connected now: changes come by themselves. */
  readonly connected: boolean;
  close(): void;
}

/** What the agent listens to; everything else the hub says is for browsers. */
export interface LiveHandlers {
  'space:changed'(data: ServerEventData<'space:changed'>): void;
  'notice:published'(data: ServerEventData<'notice:published'>): void;
  'notice:withdrawn'(data: ServerEventData<'notice:withdrawn'>): void;
  'terms:published'(data: ServerEventData<'terms:published'>): void;
  'session:ended'(data: ServerEventData<'session:ended'>): void;
  /** After each connection: something may have been missed. */
  connected(): void;
}

/** Listens to the hub; reconnects by itself, with a renewed token when the old one has expired. */
export function listen(client: Client, language: string, handlers: LiveHandlers): Live {
  let renew = false;
  const socket = io(client.hub, {
    path: '/socket.io',
    transports: ['websocket', 'polling'],
    // Where a proxy stops the one, the other may pass.
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 30_000,
    randomizationFactor: 0.5,
    auth: (give) => {
      client.accessToken(renew).then(
        (token) => give({ token, language }),
        () => give({ language }),
      );
      renew = false;
    },
  });
  socket.on('connect', () => handlers.connected());
  socket.on('connect_error', (error) => {
    const problem = Problem.safeParse((error as Error & { data?: unknown }).data);
    renew = problem.success && problem.data.code === 'token_expired';
    // A refusal ends socket.io's own tries.
    if (!socket.active) setTimeout(() => socket.connect(), renew ? 0 : 10_000 + Math.random() * 10_000).unref();
  });
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1000 + Math.random() * 4000).unref();
  });
  const on = <E extends Exclude<keyof LiveHandlers, 'connected'> & ServerEvent>(event: E) => {
    socket.on(event as string, (data: unknown) => {
      const parsed = serverEvents[event].safeParse(data);
      if (parsed.success) (handlers[event] as (data: unknown) => void)(parsed.data);
    });
  };
  on('space:changed');
  on('notice:published');
  on('notice:withdrawn');
  on('terms:published');
  on('session:ended');
  return {
    get connected() {
      return socket.connected;
    },
    close: () => void socket.disconnect(),
  };
}
