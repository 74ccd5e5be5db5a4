import { LinkUploaded } from '@diwan/protocol/ibox-links.ts';
import { parsed } from '../wire/http.ts';
import { localProblem, readProblem } from '../wire/problem.ts';
import { filesOf } from './visit.ts';

/** One file on its way through a drop link. `sent` are bytes of it. */
export type Drop = {
  id: number;
  file: File;
  state: 'waiting' | 'sending' | 'received' | 'failed';
  sent: number;
  error?: unknown;
};

export type DropQueue = {
  get: () => readonly Drop[];
  subscribe: (listener: () => void) => () => void;
  add: (files: readonly File[]) => void;
  retry: (id: number) => void;
  cancel: (id: number) => void;
};

/** Sends files through a drop link, one after the other; each has its own end. */
export function createDropQueue(token: string): DropQueue {
  let drops: readonly Drop[] = [];
  let nextId = 1;
  let running: { id: number; stop: AbortController } | undefined;
  const listeners = new Set<() => void>();

  function set(next: readonly Drop[]): void {
    drops = next;
    for (const listener of listeners) listener();
  }
  const change = (id: number, to: Partial<Drop>) =>
    set(drops.map((drop) => (drop.id === id ? { ...drop, ...to } : drop)));

  async function work(): Promise<void> {
    if (running) return;
    for (;;) {
      const drop = drops.find(({ state }) => state === 'waiting');
      if (drop === undefined) return;
      const { id, file } = drop;
      running = { id, stop: new AbortController() };
      change(id, { state: 'sending', sent: 0 });
      try {
        await post(token, file, (sent) => change(id, { sent }), running.stop.signal);
        change(id, { state: 'received' });
      } catch (error) {
        change(id, { state: 'failed', error });
      } finally {
        running = undefined;
      }
    }
  }

  return {
    get: () => drops,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(files) {
      set([...drops, ...files.map((file): Drop => ({ id: nextId++, file, state: 'waiting', sent: 0 }))]);
      void work();
    },
    retry(id) {
      change(id, { state: 'waiting', sent: 0, error: undefined });
      void work();
    },
    cancel(id) {
      if (running?.id === id) running.stop.abort();
      set(drops.filter((drop) => drop.id !== id));
    },
  };
}

function post(token: string, file: File, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // fetch tells nothing of a request body's progress; XMLHttpRequest does.
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file, file.name);
    request.open('POST', filesOf(token));
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('accept-language', document.documentElement.lang);
    // The form around the file is sent too.
    request.upload.onprogress = ({ loaded }) => onProgress(Math.min(loaded, file.size));
    request.onload = () => {
      if (request.status >= 400) return reject(readProblem(request.status, request.responseText));
      try {
        parsed(LinkUploaded, request.responseText);
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(localProblem('unavailable'));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
