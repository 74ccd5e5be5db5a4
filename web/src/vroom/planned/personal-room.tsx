import { Box, Button, Text } from '@mantine/core';
import { IconDoor, IconLink } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSentences } from '../../ui/states.tsx';
import { toastProblem } from '../../ui/toast.ts';
import { queryClient } from '../../wire/queries.ts';
import classes from '../meetings.module.css';
import { Presence } from '../presence.tsx';
import { EncryptionSwitch } from '../privacy/encryption-switch.tsx';
import { encryptRoom, meetPath } from '../rooms-query.ts';
import { useCopyLink } from '../use-copy-link.ts';
import { personalRoomQuery } from './meetings-query.ts';
import planned from './planned.module.css';

/** One's own room, whose link is for good. */
export function PersonalRoom() {
  const { t } = useTranslation('meetings');
  const { t: rooms } = useTranslation('vroom');
  const { data: room } = useQuery(personalRoomQuery);
  const copyLink = useCopyLink();
  const sentence = useSentences();
  const encrypt = useMutation({
    mutationFn: (on: boolean) => encryptRoom(room?.id ?? '', on),
    onSettled: () => queryClient.invalidateQueries(personalRoomQuery),
    onError: (error) => toastProblem(sentence(error)),
  });
  if (room === undefined) return null;
  return (
    <section className={planned.personal} aria-label={t('personal.title')}>
      <IconDoor size={28} stroke={1.5} aria-hidden />
      <div className={classes.about}>
        <Text fw={600} component="h2">
          {t('personal.title')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('personal.hint')}
        </Text>
        {room.present > 0 && <Presence room={room} />}
        <Box mt="sm">
          <EncryptionSwitch
            on={encrypt.isPending ? encrypt.variables : room.settings.encrypted}
            onChange={encrypt.mutate}
            disabled={encrypt.isPending}
          />
        </Box>
      </div>
      <div className={classes.actions}>
        <Button
          variant="default"
          aria-label={t('personal.copy')}
          leftSection={<IconLink size={17} stroke={1.7} aria-hidden />}
          onClick={() => void copyLink(room.id)}
        >
          {rooms('rooms.copy')}
        </Button>
        <Button component={Link} to={meetPath(room.id)} variant="light" aria-label={t('personal.enter')}>
          {t('personal.enterShort')}
        </Button>
      </div>
    </section>
  );
}
