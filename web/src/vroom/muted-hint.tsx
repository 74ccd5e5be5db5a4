import { IconMicrophoneOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meterLevel } from './model/level-meter.ts';
import type { LocalMedia } from './model/local-media.ts';
import { afterLevel, silent } from './model/muted-speech.ts';
import classes from './stage.module.css';
import { useFollow } from './use-follow.ts';

const shownMs = 5000;

/** Tells somebody who speaks that nobody hears it. What is listened to never leaves the page. */
export function MutedHint({ media }: { media: LocalMedia }) {
  const { t } = useTranslation('comfort');
  const { track, on } = useFollow(media).microphone;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    setShown(false);
    if (on || track === null || track.readyState === 'ended') return;
    // The track itself is silent while it is off.
    const ear = track.clone();
    ear.enabled = true;
    let speech = silent;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = meterLevel(ear, (level) => {
      speech = afterLevel(speech, level, performance.now());
      if (!speech.told) return;
      speech = silent;
      setShown(true);
      clearTimeout(timer);
      timer = setTimeout(() => setShown(false), shownMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
      ear.stop();
    };
  }, [track, on]);
  return (
    <div role="status">
      {shown && (
        <div className={classes.pill}>
          <IconMicrophoneOff size={18} stroke={1.8} aria-hidden />
          {t('muted.speaking')}
        </div>
      )}
    </div>
  );
}
