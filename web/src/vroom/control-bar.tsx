import { IconPhoneOff, IconScreenShare, IconScreenShareOff, IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CameraButton, ControlButton, MicrophoneButton } from './control-button.tsx';
import { canShareScreen } from './model/devices.ts';
import type { LocalMedia } from './model/local-media.ts';
import { type MoreDeeds, MoreMenu } from './more-menu.tsx';
import classes from './stage.module.css';
import { useFollow } from './use-follow.ts';

interface ControlBarProps extends MoreDeeds {
  media: LocalMedia;
  mayShare: boolean;
  count: number;
  peopleOpen: boolean;
  onPeople: () => void;
  onLeave: () => void;
  /** What people do together, beside seeing and hearing. */
  children: ReactNode;
}

/** What one does in a meeting all the time, in one row. */
export function ControlBar({
  media,
  mayShare,
  count,
  peopleOpen,
  onPeople,
  onLeave,
  children,
  ...more
}: ControlBarProps) {
  const { t } = useTranslation('vroom');
  const { screen } = useFollow(media);
  return (
    <div role="toolbar" aria-label={t('controls.label')} className={classes.controls}>
      <MicrophoneButton media={media} />
      <CameraButton media={media} />
      {canShareScreen() && (mayShare || screen.on) && (
        <ControlButton
          label={t(screen.on ? 'controls.unshare' : 'controls.share')}
          icon={
            screen.on ? (
              <IconScreenShareOff size={22} stroke={1.7} aria-hidden />
            ) : (
              <IconScreenShare size={22} stroke={1.7} aria-hidden />
            )
          }
          look={screen.on ? 'on' : 'plain'}
          shortcut="S"
          onClick={() => (screen.on ? media.unshare() : void media.share())}
        />
      )}
      <ControlButton
        label={t('controls.people')}
        icon={<IconUsers size={22} stroke={1.7} aria-hidden />}
        badge={count}
        expanded={peopleOpen}
        shortcut="P"
        onClick={onPeople}
      />
      {children}
      <MoreMenu {...more} />
      <ControlButton
        label={t('controls.leave')}
        text={t('controls.leave')}
        icon={<IconPhoneOff size={22} stroke={1.7} aria-hidden />}
        look="leave"
        onClick={onLeave}
      />
    </div>
  );
}
