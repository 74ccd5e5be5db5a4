import { Text } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { LinkCard } from '../ui/link-card.tsx';
import classes from './meetings.module.css';
import { Presence } from './presence.tsx';
import { meetPath, roomsQuery } from './rooms-query.ts';

/** The latest meetings on the home page, those in progress first. */
export function MeetingsCard() {
  const { t } = useTranslation('vroom');
  const { data: rooms } = useQuery(roomsQuery);
  const first = rooms?.toSorted((a, b) => Number(b.present > 0) - Number(a.present > 0) || b.createdAt - a.createdAt);
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
          {first.slice(0, 3).map((room) => (
            <li key={room.id}>
              <Link to={meetPath(room.id)} className={classes.latestRoom}>
                <Text fw={500} truncate component="span">
                  <bdi>{room.title}</bdi>
                </Text>
                <Presence room={room} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </LinkCard>
  );
}
