import { IconMicrophone, IconMicrophoneOff, IconPhoneOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import button from './control-button.module.css';
import classes from './floating-view.module.css';
import type { LocalMedia } from './model/local-media.ts';
import type { Meeting } from './model/meeting.ts';
import { initialsOf, type Tile } from './model/tiles.ts';
import { useFollow } from './use-follow.ts';
import { Video } from './video.tsx';

interface FloatingProps {
  meeting: Meeting;
  media: LocalMedia;
  /** Who speaks, or what is shared. */
  tile: Tile | undefined;
}

/** The meeting in a window above all others: who speaks, and the three buttons that one needs at once. */
export function FloatingView({ meeting, media, tile, window }: FloatingProps & { window: Window }) {
  const { t } = useTranslation('vroom');
  const { microphone, camera } = useFollow(media);
  useWatching(meeting, tile, window);
  const view = (
    <div className={classes.floating}>
      <title>{meeting.get().room?.title}</title>
      {tile !== undefined && (
        <>
          <span className={classes.initials} aria-hidden>
            {initialsOf(tile.name)}
          </span>
          {tile.track !== null && <Video track={tile.track} mirrored={tile.self} whole={tile.screen} />}
          <span className={classes.name}>
            <bdi>{tile.screen ? t('stage.screenOf', { name: tile.name }) : tile.name}</bdi>
          </span>
        </>
      )}
      <div role="toolbar" aria-label={t('controls.label')} className={classes.controls}>
        <FloatingButton
          label={t(microphone.on ? 'controls.mute' : 'controls.unmute')}
          look={microphone.on ? 'plain' : 'off'}
          onClick={() => void media.turn('microphone', !microphone.on)}
        >
          {microphone.on ? <IconMicrophone size={20} aria-hidden /> : <IconMicrophoneOff size={20} aria-hidden />}
        </FloatingButton>
        <FloatingButton
          label={t(camera.on ? 'controls.cameraOff' : 'controls.cameraOn')}
          look={camera.on ? 'plain' : 'off'}
          onClick={() => void media.turn('camera', !camera.on)}
        >
          {camera.on ? <IconVideo size={20} aria-hidden /> : <IconVideoOff size={20} aria-hidden />}
        </FloatingButton>
        <FloatingButton label={t('controls.leave')} look="leave" onClick={() => void meeting.leave()}>
          <IconPhoneOff size={20} aria-hidden />
        </FloatingButton>
      </div>
    </div>
  );
  return createPortal(view, window.document.body);
}

function FloatingButton(props: { label: string; look: string; onClick: () => void; children: ReactNode }) {
  const { label, look, onClick, children } = props;
  return (
    <button
      type="button"
      className={`${button.button} ${classes.button}`}
      data-look={look}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** Where a window can't have buttons, the picture of who speaks floats alone. */
export function FloatingVideo({
  meeting,
  tile,
  element,
}: Omit<FloatingProps, 'media'> & { element: HTMLVideoElement }) {
  const { track = null } = tile ?? {};
  useWatching(meeting, tile, null);
  useEffect(() => {
    // Without a picture the last one stays: an empty video closes its window.
    if (track === null) return;
    element.srcObject = new MediaStream([track]);
    void element.play().catch(() => undefined);
  }, [element, track]);
  return null;
}

/** The window shows it even when the page does not. */
function useWatching(meeting: Meeting, tile: Tile | undefined, window: Window | null): void {
  const producerId = tile?.producerId ?? null;
  const latest = useRef(window);
  useEffect(() => {
    if (producerId === null) return;
    const shown = latest.current;
    const view = meeting.watch(producerId);
    const tell = () => {
      const scale = Math.min(shown?.devicePixelRatio ?? 1, 2);
      view.resize({ width: (shown?.innerWidth ?? 480) * scale, height: (shown?.innerHeight ?? 270) * scale });
    };
    tell();
    shown?.addEventListener('resize', tell);
    return () => {
      shown?.removeEventListener('resize', tell);
      view.close();
    };
  }, [meeting, producerId]);
}
