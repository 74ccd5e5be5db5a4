import type { PastMeeting } from '@diwan/protocol/vroom-meetings.ts';
import { Button, Text } from '@mantine/core';
import { IconChalkboard, IconHistory, IconMessages, IconNotes } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../ui/format.ts';
import { Failure, Nothing, Waiting } from '../../ui/states.tsx';
import classes from '../meetings.module.css';
import { pastQuery } from './meetings-query.ts';
import { PastWords } from './past-words.tsx';

const PastNotes = lazy(() => import('./past-notes.tsx'));
const PastBoard = lazy(() => import('../board/past-board.tsx'));

/** What was: when, how long, and who was there. */
export function PastList() {
  const { t } = useTranslation('meetings');
  const { t: common } = useTranslation();
  const past = useInfiniteQuery(pastQuery);
  if (past.data === undefined) return past.error ? <Failure error={past.error} onRetry={past.refetch} /> : <Waiting />;
  const meetings = past.data.pages.flatMap((page) => page.meetings);
  if (meetings.length === 0)
    return <Nothing icon={<IconHistory size={40} stroke={1.4} />} title={t('past.empty')} hint={t('past.emptyHint')} />;
  return (
    <>
      <ul className={classes.list}>
        {meetings.map((meeting) => (
          <PastRow key={meeting.id} meeting={meeting} />
        ))}
      </ul>
      {past.hasNextPage && (
        <Button variant="default" mt="md" loading={past.isFetchingNextPage} onClick={() => void past.fetchNextPage()}>
          {common('action.more')}
        </Button>
      )}
    </>
  );
}

function PastRow({ meeting }: { meeting: PastMeeting }) {
  const { title, startedAt, endedAt, people, said, notes, boards } = meeting;
  const [open, setOpen] = useState(false);
  const { t: written } = useTranslation('document');
  const { t: drawn } = useTranslation('board');
  const [reading, setReading] = useState<string | null>(null);
  const [looking, setLooking] = useState<string | null>(null);
  const { t } = useTranslation('meetings');
  const { range, duration, list } = useFormats();
  return (
    <li className={classes.room}>
      <div className={classes.about}>
        <Text fw={600} truncate>
          <bdi>{title}</bdi>
        </Text>
        <Text size="sm">
          {t('past.when', { range: range(startedAt, endedAt), duration: duration(endedAt - startedAt) })}
        </Text>
        <Text size="sm" c="dimmed">
          {t('past.people', {
            count: people.length,
            names: list(people.map(({ name, ms }) => t('past.person', { name, duration: duration(ms) }))),
          })}
        </Text>
      </div>
      {said && (
        <Button
          variant="default"
          leftSection={<IconMessages size={18} stroke={1.7} aria-hidden />}
          aria-label={t('past.openOf', { title })}
          onClick={() => setOpen(true)}
        >
          {t('past.open')}
        </Button>
      )}
      {open && <PastWords meeting={meeting} onClose={() => setOpen(false)} />}
      {notes.map(({ id, breakout }) => (
        <Button
          key={id}
          variant="default"
          size="compact-md"
          leftSection={<IconNotes size={17} stroke={1.7} aria-hidden />}
          onClick={() => setReading(id)}
        >
          {breakout === null ? written('notes') : written('notesOf', { breakout })}
        </Button>
      ))}
      {boards.map(({ id, breakout }) => (
        <Button
          key={id}
          variant="default"
          size="compact-md"
          leftSection={<IconChalkboard size={17} stroke={1.7} aria-hidden />}
          onClick={() => setLooking(id)}
        >
          {breakout === null ? drawn('title') : drawn('titleOf', { breakout })}
        </Button>
      ))}
      {looking !== null && (
        <Suspense>
          <PastBoard id={looking} onClose={() => setLooking(null)} />
        </Suspense>
      )}
      {reading !== null && (
        <Suspense>
          <PastNotes id={reading} onClose={() => setReading(null)} />
        </Suspense>
      )}
    </li>
  );
}
