import { Notice } from '@diwan/protocol/notices.ts';
import { z } from 'zod';
import type { Client } from './client.ts';
import { type LiveHandlers, listen } from './live.ts';
import { nextTurn, windowAt } from './windows.ts';

/** What a pair hears of its account's connection. */
export interface Listener {
  'space:changed': LiveHandlers['space:changed'];
  /** A window of maintenance has begun, ended or changed. */
  maintenance(): void;
  /** Something may be otherwise now: connected again, new terms, the session ended. */
  changed(): void;
}

/** One connection to the hub, for all pairs of an account. */
export interface Link {
  /** Connected now: changes come by themselves. */
  readonly connected: boolean;
  /** The window that stops synchronisation now; its times are by the hub's clock. */
  maintenance(): Notice | undefined;
  /** @returns ends it */
  join(listener: Listener): () => void;
  close(): void;
}

/** Where nothing comes by itself, notices are asked for so often. */
const ASK_EVERY_MS = 120_000;
/** Not all agents come back in the same moment after a window. */
const SPREAD_MS = 1500;
const LONGEST_TIMER_MS = 24 * 3600 * 1000;

/** @param announce called once for each new notice */
export function openLink(client: Client, language: string, announce: (notice: Notice) => void): Link {
  const listeners = new Set<Listener>();
  let notices: Notice[] = [];
  let turn: NodeJS.Timeout | undefined;
  const tell = (event: 'maintenance' | 'changed') => {
    for (const listener of listeners) listener[event]();
  };

  function know(now: Notice[]) {
    const known = new Set(notices.map(({ id }) => id));
    notices = now;
    for (const notice of now) if (!known.has(notice.id)) announce(notice);
    schedule();
    tell('maintenance');
  }
  /** Wakes everybody at the next beginning or end of a window. */
  function schedule() {
    clearTimeout(turn);
    const at = nextTurn(notices, client.now());
    if (at === undefined) return;
    const ends = notices.some(({ endsAt }) => endsAt === at);
    const wait = at - client.now() + (ends ? Math.random() * SPREAD_MS : 0);
    turn = setTimeout(
      () => {
        tell('maintenance');
        schedule();
      },
      Math.min(wait, LONGEST_TIMER_MS),
    );
  }
  const ask = () =>
    client.ask(z.array(Notice), '/api/notices').then(know, () => {
      // Passes tell what is wrong with the hub or the session.
    });
  const changed = () => tell('changed');
  const live = listen(client, language, {
    'space:changed': (data) => {
      for (const listener of listeners) listener['space:changed'](data);
    },
    'notice:published': (notice) => know([...notices.filter(({ id }) => id !== notice.id), notice]),
    'notice:withdrawn': ({ id }) => know(notices.filter((notice) => notice.id !== id)),
    'terms:published': changed,
    'session:ended': changed,
    connected: () => {
      void ask();
      changed();
    },
  });
  const again = setInterval(() => {
    if (!live.connected) void ask();
  }, ASK_EVERY_MS);

  return {
    get connected() {
      return live.connected;
    },
    maintenance: () => windowAt(notices, client.now()),
    join(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      clearTimeout(turn);
      clearInterval(again);
      live.close();
    },
  };
}

/** The window of maintenance of this moment, asked for once. @throws {Refused | Unreachable} */
export async function currentMaintenance(client: Client): Promise<Notice | undefined> {
  const notices = await client.ask(z.array(Notice), '/api/notices');
  return windowAt(notices, client.now());
}
