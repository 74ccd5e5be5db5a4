import type { Meeting } from '@diwan/protocol/vroom-meetings.ts';
import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormats } from '../../ui/format.ts';
import { useMe } from '../../wire/queries.ts';
import classes from '../meetings.module.css';
import { Presence } from '../presence.tsx';
import { meetPath } from '../rooms-query.ts';
import planned from './planned.module.css';
import { useWhen } from './use-when.ts';

/** What is planned, each series once with its next occurrence. */
export function ComingList({ meetings, onShow }: { meetings: readonly Meeting[]; onShow: (id: string) => void }) {
  return (
    <ul className={classes.list}>
      {meetings.map((meeting) => (
        <ComingRow key={meeting.id} meeting={meeting} onShow={() => onShow(meeting.id)} />
      ))}
    </ul>
  );
}

function ComingRow({ meeting, onShow }: { meeting: Meeting; onShow: () => void }) {
  const { t } = useTranslation('meetings');
  const { t: rooms } = useTranslation('vroom');
  const { account } = useMe();
  const { range } = useFormats();
  const when = useWhen().ofMeeting(meeting);
  const { id, title, upcoming, ownerId, ownerName, present } = meeting;
  const [next] = upcoming;
  if (next === undefined) return null;
  return (
    <li className={classes.room}>
      <div className={classes.about}>
        <UnstyledButton onClick={onShow} className={planned.name ?? ''}>
          <Text fw={600} size="lg" truncate component="span">
            <bdi>{title}</bdi>
          </Text>
        </UnstyledButton>
        <Text size="sm">{range(next.startsAt, next.endsAt)}</Text>
        <Group gap="md" c="dimmed">
          {present > 0 && <Presence room={meeting} />}
          {when && (
            <Text size="sm" className={planned.sign}>
              <IconRepeat size={15} stroke={1.7} aria-hidden />
              {when}
            </Text>
          )}
          {ownerId !== account.id && <Text size="sm">{t('details.by', { name: ownerName })}</Text>}
        </Group>
      </div>
      <div className={classes.actions}>
        <Button variant="default" aria-label={t('list.detailsNamed', { title })} onClick={onShow}>
          {t('list.details')}
        </Button>
        <Button
          component={Link}
          to={meetPath(id)}
          variant={present > 0 ? 'filled' : 'light'}
          aria-label={rooms('rooms.joinNamed', { title })}
        >
          {rooms('rooms.join')}
        </Button>
      </div>
    </li>
  );
}
