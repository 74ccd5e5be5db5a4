import { errorSentences } from '@diwan/protocol/errors.ts';
import { Button, Group } from '@mantine/core';
import { IconDoorExit, IconDoorOff, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLanguage } from '../locales/i18n.ts';
import { Nothing } from '../ui/states.tsx';
import { meQuery } from '../wire/queries.ts';
import type { MeetingState } from './model/meeting.ts';

/** After the meeting: what happened, and the ways on. */
export function Over({ state, again }: { state: MeetingState; again: () => void }) {
  const { t } = useTranslation('vroom');
  const { t: roles } = useTranslation('roles');
  const language = useLanguage();
  const { phase, closedBecause, refusedBecause } = state;
  const replaced = closedBecause === 'replaced';
  const keptOut = refusedBecause === 'room_kept_out' || closedBecause === 'removed';
  const gone = closedBecause === 'ended' || refusedBecause === 'room_not_found';
  const hint = refusedBecause
    ? errorSentences[refusedBecause][language]
    : replaced
      ? t('over.replacedHint')
      : keptOut
        ? roles('over.removedHint')
        : undefined;
  return (
    <Nothing
      icon={
        phase === 'refused' ? <IconPlugConnectedX size={40} stroke={1.4} /> : <IconDoorExit size={40} stroke={1.4} />
      }
      title={
        phase === 'refused'
          ? keptOut
            ? roles('over.refusedTitle')
            : t('door.refused')
          : t(`over.${closedBecause ?? 'left'}`)
      }
      {...(hint === undefined ? {} : { hint })}
    >
      <Group mt="sm" justify="center">
        {!gone && !keptOut && <Button onClick={again}>{t(replaced ? 'over.here' : 'over.again')}</Button>}
        <ToRooms />
      </Group>
    </Nothing>
  );
}

/** The link leads nowhere. */
export function NoRoom() {
  const { t } = useTranslation('vroom');
  return (
    <Nothing icon={<IconDoorOff size={40} stroke={1.4} />} title={t('door.missing')} hint={t('door.missingHint')}>
      <Group mt="sm">
        <ToRooms />
      </Group>
    </Nothing>
  );
}

function ToRooms() {
  const { t } = useTranslation('vroom');
  const { data: me } = useQuery(meQuery);
  // A guest has no page of meetings.
  if (me == null) return null;
  return (
    <Button component={Link} to="/meetings" variant="light">
      {t('over.rooms')}
    </Button>
  );
}
