import type { Room } from '@diwan/protocol/vroom.ts';
import type { Meeting } from '@diwan/protocol/vroom-meetings.ts';
import { Text } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormats } from '../ui/format.ts';
import { LinkCard } from '../ui/link-card.tsx';
import classes from './meetings.module.css';
import { meetingsQuery } from './planned/meetings-query.ts';
import { Presence } from './presence.tsx';
import { meetPath, roomsQuery } from './rooms-query.ts';

/** Meetings on the home page: those in progress, the next that are planned, and the latest that were opened. */
export function MeetingsCard() {
  const { t } = useTranslation('vroom');
  const { data: rooms } = useQuery(roomsQuery);
  const { data: meetings } = useQuery(meetingsQuery);
  const { dateTime } = useFormats();
  const first = rooms && meetings && latest(rooms, meetings);
  return (
    <LinkCard
      icon={<IconVideo size={24} stroke={1.6} />}
      title={t('rooms.title')}
      hint={t('rooms.lead')}
      to="/meetings"
      action={t(first?.length === 0 ? 'rooms.start' : 'rooms.more')}
    >
      {first !== undefined && first.length > 0 && (
        <ul className={classes.latest}>
          {first.map((room) => (
            <li key={room.id}>
              <Link to={meetPath(room.id)} className={classes.latestRoom}>
                <Text fw={500} truncate component="span">
                  <bdi>{room.title}</bdi>
                </Text>
                {room.present > 0 || room.startsAt === undefined ? (
                  <Presence room={room} />
                ) : (
                  <Text size="sm" c="dimmed" component="span">
                    {dateTime(room.startsAt)}
                  </Text>
                )}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </LinkCard>
  );
}

function latest(rooms: readonly Room[], meetings: readonly Meeting[]) {
  const planned = meetings.map(({ id, title, present, upcoming }) => ({
    ...{ id, title, present },
    startsAt: upcoming[0]?.startsAt,
  }));
  const opened = rooms
    .toSorted((a, b) => b.createdAt - a.createdAt)
    .map(({ id, title, present }) => ({ id, title, present, startsAt: undefined }));
  return [...planned.slice(0, 2), ...opened, ...planned.slice(2)]
    .toSorted((a, b) => Number(b.present > 0) - Number(a.present > 0))
    .slice(0, 3);
}
