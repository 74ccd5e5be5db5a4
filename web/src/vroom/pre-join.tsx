import type { Room } from '@diwan/protocol/vroom.ts';
import { Button, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CameraButton, MicrophoneButton } from './control-button.tsx';
import { DevicePickers } from './device-pickers.tsx';
import type { LocalMedia } from './model/local-media.ts';
import { initialsOf } from './model/tiles.ts';
import classes from './pre-join.module.css';
import { Presence } from './presence.tsx';
import { Troubles } from './troubles.tsx';
import { useFollow } from './use-follow.ts';
import { Video } from './video.tsx';

/** The door of a room: how one looks and sounds, under which name, and in. */
export function PreJoin(props: { room: Room; media: LocalMedia; name: string; onJoin: (name: string) => void }) {
  const { room, media, onJoin } = props;
  const { t } = useTranslation('vroom');
  const { camera } = useFollow(media);
  const [name, setName] = useState(props.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') onJoin(name.trim());
  };
  return (
    <div className={classes.door}>
      <title>{`${room.title} – Diwan`}</title>
      <section className={classes.look} aria-label={t('door.preview')}>
        <div className={classes.preview}>
          {camera.track !== null ? (
            <Video track={camera.track} mirrored />
          ) : (
            <div className={classes.noPicture}>
              <span className={classes.initials} aria-hidden>
                {initialsOf(name)}
              </span>
              <Text size="sm">{t(camera.busy ? 'door.opening' : 'door.cameraOff')}</Text>
            </div>
          )}
          <div className={classes.switches}>
            <MicrophoneButton media={media} />
            <CameraButton media={media} />
          </div>
        </div>
        <Troubles media={media} />
      </section>
      <form className={classes.enter} onSubmit={submit}>
        <div>
          <Text c="dimmed">{t('door.ready')}</Text>
          <Title order={1}>
            <bdi>{room.title}</bdi>
          </Title>
          <Text component="div" mt={6} c="dimmed">
            <Presence room={room} />
          </Text>
        </div>
        <TextInput
          label={t('door.name')}
          value={name}
          maxLength={120}
          autoComplete="name"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" size="lg" disabled={name.trim() === ''}>
          {t('door.join')}
        </Button>
        <Text size="sm" c="dimmed">
          {t('door.without')}
        </Text>
      </form>
      <div className={classes.devices}>
        <DevicePickers media={media} withMeter />
      </div>
    </div>
  );
}
