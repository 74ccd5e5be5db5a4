import { Button, CloseButton, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { z } from 'zod';
import { useFormats } from '../../ui/format.ts';
import { serverNow } from '../../wire/clock.ts';
import { dueReminders, type Reminder } from '../model/plan.ts';
import { meetPath } from '../rooms-query.ts';
import { followMeetings, meetingsQuery } from './meetings-query.ts';
import classes from './reminder.module.css';

const storageKey = 'diwan.reminders.dismissed';

function readDismissed(): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(sessionStorage.getItem(storageKey) ?? '[]'));
  } catch {
    return [];
  }
}

/** Calls to a meeting that begins in five minutes, on every page but its own. */
export function MeetingReminder() {
  const { data: meetings = [] } = useQuery(meetingsQuery);
  const [now, setNow] = useState(serverNow);
  const [dismissed, setDismissed] = useState(readDismissed);
  const { pathname } = useLocation();
  useEffect(followMeetings, []);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 5000);
    return () => clearInterval(timer);
  }, []);
  const dismiss = (key: string) => {
    const next = [...dismissed, key].slice(-50);
    sessionStorage.setItem(storageKey, JSON.stringify(next));
    setDismissed(next);
  };
  const due = dueReminders(meetings, new Set(dismissed), now).filter(
    ({ meeting }) => meetPath(meeting.id) !== pathname,
  );
  return (
    <div className={classes.place} role="status">
      {due.map((reminder) => (
        <Call key={reminder.key} reminder={reminder} now={now} onDismiss={() => dismiss(reminder.key)} />
      ))}
    </div>
  );
}

function Call({ reminder, now, onDismiss }: { reminder: Reminder; now: number; onDismiss: () => void }) {
  const { t } = useTranslation('meetings');
  const { t: common } = useTranslation();
  const { relative, time } = useFormats();
  const { meeting, startsAt } = reminder;
  const isSoon = startsAt - now > 30_000;
  return (
    <div className={classes.call}>
      <IconBell size={22} stroke={1.6} aria-hidden />
      <div className={classes.about}>
        <Text fw={600} truncate>
          <bdi>{meeting.title}</bdi>
        </Text>
        <Text size="sm">
          {isSoon
            ? t('reminder.soon', { when: relative(startsAt, now), time: time(startsAt) })
            : t('reminder.now', { time: time(startsAt) })}
        </Text>
      </div>
      <Button component={Link} to={meetPath(meeting.id)} size="sm" onClick={onDismiss}>
        {t('reminder.join')}
      </Button>
      <CloseButton aria-label={common('action.close')} onClick={onDismiss} />
    </div>
  );
}
