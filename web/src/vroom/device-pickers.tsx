import { Button, NativeSelect, Switch } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './device-pickers.module.css';
import { playChime } from './model/chime.ts';
import { canChooseSpeaker, loadChoices, saveChoices } from './model/devices.ts';
import { meterLevel } from './model/level-meter.ts';
import type { LocalMedia } from './model/local-media.ts';
import { chooseSpeaker, speaker } from './speaker.ts';
import { useDevices } from './use-devices.ts';
import { useFollow } from './use-follow.ts';

/** Which microphone, camera and loudspeaker; a kind with nothing to choose from is left out. */
export function DevicePickers({ media, withMeter = false }: { media: LocalMedia; withMeter?: boolean }) {
  const { t } = useTranslation('vroom');
  const { microphone, camera } = useFollow(media);
  const list = useDevices(`${microphone.track?.id} ${camera.track?.id}`);
  const { deviceId: speakerId } = useFollow(speaker);
  // What is off has no track to ask: then the choice for the next time counts.
  const { microphoneId, cameraId } = loadChoices(localStorage);
  return (
    <div className={classes.pickers}>
      <div className={classes.withMeter}>
        <Picker
          label={t('devices.microphone')}
          devices={list.microphones}
          chosen={microphone.track?.getSettings().deviceId ?? microphoneId}
          onChoose={(deviceId) => void media.choose('microphone', deviceId)}
        />
        {withMeter && microphone.track !== null && <Meter track={microphone.track} />}
      </div>
      <Picker
        label={t('devices.camera')}
        devices={list.cameras}
        chosen={camera.track?.getSettings().deviceId ?? cameraId}
        onChoose={(deviceId) => void media.choose('camera', deviceId)}
      />
      {list.microphones.length > 0 && 'AudioWorkletNode' in window && <Denoise media={media} />}
      <div className={classes.withMeter}>
        {canChooseSpeaker() && (
          <Picker label={t('devices.speaker')} devices={list.speakers} chosen={speakerId} onChoose={chooseSpeaker} />
        )}
        <TestSound speakerId={speakerId} />
      </div>
    </div>
  );
}

/** Takes effect at once: the microphone is opened anew. */
function Denoise({ media }: { media: LocalMedia }) {
  const { t } = useTranslation('comfort');
  const [on, setOn] = useState(() => loadChoices(localStorage).denoise === true);
  const { busy, track } = useFollow(media).microphone;
  return (
    <Switch
      className={classes.whole ?? ''}
      label={t('noise.label')}
      description={t('noise.hint')}
      checked={on}
      disabled={busy}
      onChange={(event) => {
        const denoise = event.currentTarget.checked;
        setOn(denoise);
        saveChoices(localStorage, { denoise });
        const deviceId = track?.getSettings().deviceId ?? loadChoices(localStorage).microphoneId;
        void media.choose('microphone', deviceId ?? 'default');
      }}
    />
  );
}

function Picker(props: {
  label: string;
  devices: MediaDeviceInfo[];
  chosen: string | undefined;
  onChoose: (deviceId: string) => void;
}) {
  const { t } = useTranslation('vroom');
  const { label, devices, chosen, onChoose } = props;
  if (devices.length === 0) return null;
  const known = devices.some(({ deviceId }) => deviceId === chosen);
  return (
    <NativeSelect
      label={label}
      value={known ? chosen : ''}
      data={[
        ...(known ? [] : [{ value: '', label: t('devices.standard') }]),
        ...devices.map((device) => ({ value: device.deviceId, label: device.label })),
      ]}
      onChange={(event) => onChoose(event.currentTarget.value)}
    />
  );
}

function TestSound({ speakerId }: { speakerId: string | undefined }) {
  const { t } = useTranslation('vroom');
  const [isPlaying, setPlaying] = useState(false);
  const play = () => {
    setPlaying(true);
    void playChime(speakerId).finally(() => setPlaying(false));
  };
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      leftSection={<IconVolume size={17} stroke={1.7} aria-hidden />}
      className={classes.test ?? ''}
      aria-busy={isPlaying}
      disabled={isPlaying}
      onClick={play}
    >
      {t(isPlaying ? 'devices.testing' : 'devices.test')}
    </Button>
  );
}

function Meter({ track }: { track: MediaStreamTrack }) {
  const { t } = useTranslation('vroom');
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => meterLevel(track, (level) => bar.current?.style.setProperty('--level', level.toFixed(3))), [track]);
  return (
    <span role="img" aria-label={t('devices.level')} className={classes.meter}>
      <span ref={bar} className={classes.level} />
    </span>
  );
}
