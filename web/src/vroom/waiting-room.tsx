import { errorSentences } from '@diwan/protocol/errors.ts';
import { Alert, Button, Loader, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../locales/i18n.ts';
import { CameraButton, MicrophoneButton } from './control-button.tsx';
import type { LocalMedia } from './model/local-media.ts';
import type { Meeting, MeetingState } from './model/meeting.ts';
import { useFollow } from './use-follow.ts';
import { Video } from './video.tsx';
import classes from './waiting-room.module.css';

/** At the door, until somebody in charge opens: whose meeting it is, and that one waits. */
export function WaitingRoom({ meeting, media, state }: { meeting: Meeting; media: LocalMedia; state: MeetingState }) {
  const { t } = useTranslation('roles');
  const { t: vroom } = useTranslation('vroom');
  const { camera } = useFollow(media);
  const { lobby } = state;
  if (lobby === null) return null;
  return (
    <div className={classes.place}>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        <Text c="dimmed">{t('wait.of', { name: lobby.ownerName })}</Text>
        <Title order={1} size="h2" className={classes.title ?? ''}>
          <bdi>{lobby.title}</bdi>
        </Title>
        <div className={classes.picture}>
          {camera.track !== null ? (
            <Video track={camera.track} mirrored />
          ) : (
            <Text size="sm" className={classes.dark ?? ''}>
              {vroom('door.cameraOff')}
            </Text>
          )}
          <div className={classes.switches}>
            <MicrophoneButton media={media} />
            <CameraButton media={media} />
          </div>
        </div>
        <div role="status" className={classes.word}>
          <Loader type="dots" aria-hidden />
          <Text fw={600}>{t('wait.title')}</Text>
          <Text>{t(lobby.attended ? 'wait.attended' : 'wait.alone')}</Text>
        </div>
        <Text size="sm" c="dimmed">
          {t('wait.keep')}
        </Text>
        <Button variant="default" onClick={() => void meeting.leave()}>
          {t('wait.leave')}
        </Button>
      </Paper>
    </div>
  );
}

/** Asks for the room's password. */
export function PasswordDoor({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const { t } = useTranslation('roles');
  const language = useLanguage();
  const [password, setPassword] = useState('');
  const { passwordFault } = state;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== '') meeting.givePassword(password);
  };
  return (
    <div className={classes.place}>
      <Paper component="form" withBorder radius="lg" className={classes.sheet ?? ''} onSubmit={submit} noValidate>
        <Stack gap="md">
          <IconLock size={36} stroke={1.4} aria-hidden color="var(--diwan-folder)" />
          <div>
            <Title order={1} size="h2">
              {t('password.title')}
            </Title>
            <Text c="dimmed" mt={4}>
              {t('password.lead')}
            </Text>
          </div>
          {passwordFault !== null && (
            <Alert color="red" role="alert">
              {passwordFault === 'room_password' ? t('password.wrong') : errorSentences[passwordFault][language]}
            </Alert>
          )}
          <PasswordInput
            label={t('password.field')}
            autoComplete="off"
            autoFocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" size="md" disabled={password === ''}>
            {t('password.enter')}
          </Button>
        </Stack>
      </Paper>
    </div>
  );
}
