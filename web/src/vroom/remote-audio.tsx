import { Button } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingState } from './model/meeting.ts';
import { speaker } from './speaker.ts';
import classes from './stage.module.css';
import { useFollow } from './use-follow.ts';

/** All that is heard, apart from what is seen: no tile that moves or hides ever interrupts a voice. */
export function RemoteAudio({ state: { others, tracks } }: { state: MeetingState }) {
  const { t } = useTranslation('vroom');
  const [blocked, setBlocked] = useState(false);
  const [allowed, setAllowed] = useState(0);
  const heard = others.flatMap(({ producers }) =>
    producers.flatMap(({ id, kind }) => {
      const track = kind === 'audio' ? tracks.get(id) : undefined;
      return track === undefined ? [] : [{ id, track }];
    }),
  );
  return (
    <>
      {heard.map(({ id, track }) => (
        <Voice key={id} track={track} allowed={allowed} onBlocked={setBlocked} />
      ))}
      {blocked && heard.length > 0 && (
        <div className={classes.sound} role="alert">
          <span>{t('stage.soundHint')}</span>
          <Button
            color="saffron"
            leftSection={<IconVolume size={18} stroke={1.8} aria-hidden />}
            onClick={() => {
              setBlocked(false);
              setAllowed(allowed + 1);
            }}
          >
            {t('stage.sound')}
          </Button>
        </div>
      )}
    </>
  );
}

function Voice(props: { track: MediaStreamTrack; allowed: number; onBlocked: (blocked: boolean) => void }) {
  const { track, allowed, onBlocked } = props;
  const element = useRef<HTMLAudioElement>(null);
  const { deviceId } = useFollow(speaker);

  useEffect(() => {
    if (element.current !== null) element.current.srcObject = new MediaStream([track]);
  }, [track]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new track and a new consent are each a reason to play again
  useEffect(() => {
    element.current?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') onBlocked(true);
    });
  }, [track, allowed, onBlocked]);

  useEffect(() => {
    // A loudspeaker that is gone makes way for the machine's own choice.
    if (deviceId !== undefined) element.current?.setSinkId?.(deviceId).catch(() => undefined);
  }, [deviceId]);

  // biome-ignore lint/a11y/useMediaCaption: live voices have no captions
  return <audio ref={element} autoPlay />;
}
