import { Notice } from '@diwan/protocol/notices.ts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { serverNow } from '../wire/clock.ts';
import { get } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';
import { onEvent, onOpen } from '../wire/socket.ts';
import { noticeKey, visibleNotices, withNotice } from './model.ts';

const storageKey = 'diwan.notices.dismissed';

export const noticesQuery = queryOptions({
  queryKey: ['notices'],
  queryFn: ({ signal }) => get('/api/notices', z.array(Notice), signal),
});

/** Keeps the list live: events as they come, the whole list again after a lost connection. Answers the function that stops it. */
export function followNotices(onPublished: (notice: Notice) => void): () => void {
  const change = (next: (notices: Notice[]) => Notice[]) =>
    queryClient.setQueryData(noticesQuery.queryKey, (notices) => next(notices ?? []));
  const stops = [
    onEvent('notice:published', (notice) => {
      change((notices) => withNotice(notices, notice));
      onPublished(notice);
    }),
    onEvent('notice:withdrawn', ({ id }) => change((notices) => notices.filter((n) => n.id !== id))),
    onOpen(() => void queryClient.invalidateQueries(noticesQuery)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The notices to show now, and how to put one away. */
export function useNotices() {
  const { data } = useQuery(noticesQuery);
  const now = useServerNow(1000, (data?.length ?? 0) > 0);
  const [dismissed, setDismissed] = useState(readDismissed);
  const dismiss = (notice: Notice) => {
    const next = new Set([...dismissed, noticeKey(notice)]);
    // Only keys of living notices are worth keeping.
    const alive = new Set((data ?? []).map(noticeKey));
    localStorage.setItem(storageKey, JSON.stringify([...next].filter((key) => alive.has(key))));
    setDismissed(next);
  };
  return { notices: visibleNotices(data ?? [], dismissed, now), now, dismiss };
}

function readDismissed(): ReadonlySet<string> {
  try {
    return new Set(z.array(z.string()).parse(JSON.parse(localStorage.getItem(storageKey) ?? '[]')));
  } catch {
    return new Set();
  }
}

/** The server's time, anew every `everyMs` while `running`. */
export function useServerNow(everyMs: number, running = true): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!running) return;
    const tick = () => setNow(serverNow());
    tick();
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return now;
}
