import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Announcement, comings, createAnnouncer, type Happening } from './model/announcements.ts';
import type { MeetingState } from './model/meeting.ts';
import { createStore } from './model/store.ts';
import classes from './stage.module.css';

const said = createStore<{ announcements: Announcement[] }>({ announcements: [] });
const announcer = createAnnouncer((announcements) => said.set({ announcements }));

/** Has it read aloud with what else happens now, and shown for a moment. */
export const announce = (happening: Happening): void => announcer.tell(happening);

const shownMs = 5000;
const namesTold = 3;

/** The one place of a meeting that speaks up: politely, and in whole sentences. */
export function Announcements({ state: { phase, others, moving } }: { state: MeetingState }) {
  const { t, i18n } = useTranslation('comfort');
  const [announcements, setAnnouncements] = useState<Announcement[]>([]);
  const before = useRef<MeetingState['others'] | null>(null);

  useEffect(() => {
    // Those who are there already are no news, in another room of the meeting too.
    const inside = phase === 'in' && moving === null;
    if (inside && before.current !== null) for (const each of comings(before.current, others)) announce(each);
    before.current = inside ? others : null;
  }, [phase, others, moving]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = said.subscribe(() => {
      setAnnouncements(said.get().announcements);
      clearTimeout(timer);
      timer = setTimeout(() => setAnnouncements([]), shownMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);

  const sentences = announcements.map(({ kind, names }) => {
    const told = names.slice(0, namesTold);
    const more = names.length - told.length;
    if (more > 0) told.push(t('announce.others', { count: more }));
    const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(told);
    return t(`announce.${kind}`, { names: list, count: names.length });
  });
  return (
    <div role="status" aria-live="polite" className={classes.news}>
      {sentences.join(' · ')}
    </div>
  );
}
