import { Button, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CameraButton, MicrophoneButton } from './control-button.tsx';
import { DevicePickers } from './device-pickers.tsx';
import { canEncrypt } from './model/e2ee/transforms.ts';
import type { LocalMedia } from './model/local-media.ts';
import { initialsOf } from './model/tiles.ts';
import classes from './pre-join.module.css';
import { DoorPrivacy } from './privacy/door-privacy.tsx';
import { Troubles } from './troubles.tsx';
import { useFollow } from './use-follow.ts';
import { Video } from './video.tsx';

/** The door of a room: how one looks and sounds, under which name, and in. */
export function PreJoin(props: {
  title: string;
  /** Below the title. */
  about: ReactNode;
  /** Above the title; an invitation to come in unless given. */
  lead?: string;
  media: LocalMedia;
  name: string;
  /** They were sent under that name. */
  nameFixed?: boolean;
  onJoin: (name: string) => void;
  /** What else is asked for, and whether it is there. */
  children?: ReactNode;
  /** Below the button. */
  below?: ReactNode;
  ready?: boolean;
  busy?: boolean;
  /** End to end: not every browser can. */
  encrypted: boolean;
}) {
  const { title, media, onJoin, encrypted } = props;
  const ready = (props.ready ?? true) && (!encrypted || canEncrypt());
  const { t } = useTranslation('vroom');
  const { camera } = useFollow(media);
  const [name, setName] = useState(props.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '' && ready) onJoin(name.trim());
  };
  return (
    <div className={classes.door}>
      <title>{`${title} – Diwan`}</title>
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
          <Text c="dimmed">{props.lead ?? t('door.ready')}</Text>
          <Title order={1}>
            <bdi>{title}</bdi>
          </Title>
          <Text component="div" mt={6} c="dimmed">
            {props.about}
          </Text>
        </div>
        <DoorPrivacy encrypted={encrypted} />
        <TextInput
          label={t('door.name')}
          value={name}
          maxLength={120}
          readOnly={props.nameFixed ?? false}
          autoComplete="name"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {props.children}
        <Button type="submit" size="lg" loading={props.busy ?? false} disabled={name.trim() === '' || !ready}>
          {t('door.join')}
        </Button>
        <Text size="sm" c="dimmed">
          {t('door.without')}
        </Text>
        {props.below}
      </form>
      <div className={classes.devices}>
        <DevicePickers media={media} withMeter />
      </div>
    </div>
  );
}
