import { Popover } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconLink,
  IconPhoneOff,
  IconScreenShare,
  IconScreenShareOff,
  IconUsers,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CameraButton, ControlButton, MicrophoneButton } from './control-button.tsx';
import { DevicePickers } from './device-pickers.tsx';
import { canShareScreen } from './model/devices.ts';
import type { LocalMedia } from './model/local-media.ts';
import classes from './stage.module.css';
import { useFollow } from './use-follow.ts';

interface ControlBarProps {
  media: LocalMedia;
  mayShare: boolean;
  count: number;
  peopleOpen: boolean;
  onPeople: () => void;
  onCopy: () => void;
  onLeave: () => void;
  /** What people do together, beside seeing and hearing. */
  children: ReactNode;
}

/** All one can do in a meeting, in one row. M and V are for the microphone and the camera. */
export function ControlBar({
  media,
  mayShare,
  count,
  peopleOpen,
  onPeople,
  onCopy,
  onLeave,
  children,
}: ControlBarProps) {
  const { t } = useTranslation('vroom');
  const { screen } = useFollow(media);
  useShortcuts(media);
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
          onClick={() => (screen.on ? media.unshare() : void media.share())}
        />
      )}
      <Settings media={media} />
      <ControlButton
        label={t('controls.people')}
        icon={<IconUsers size={22} stroke={1.7} aria-hidden />}
        badge={count}
        expanded={peopleOpen}
        onClick={onPeople}
      />
      {children}
      <ControlButton
        label={t('controls.copy')}
        icon={<IconLink size={22} stroke={1.7} aria-hidden />}
        onClick={onCopy}
      />
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

function Settings({ media }: { media: LocalMedia }) {
  const { t } = useTranslation('vroom');
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="top"
      width={300}
      trapFocus
      withRoles={false}
      withArrow
      shadow="lg"
    >
      <Popover.Target>
        <div>
          <ControlButton
            label={t('devices.title')}
            icon={<IconAdjustmentsHorizontal size={22} stroke={1.7} aria-hidden />}
            expanded={open}
            onClick={() => setOpen(!open)}
          />
        </div>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t('devices.title')}>
        <DevicePickers media={media} />
      </Popover.Dropdown>
    </Popover>
  );
}

function useShortcuts(media: LocalMedia): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      const typing =
        target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]');
      if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      // By place on the keyboard as well: on an Arabic layout these keys give other letters.
      const key = event.key.toLowerCase();
      const is = (letter: string, code: string) => key === letter || (!/^[a-z]$/.test(key) && event.code === code);
      if (is('m', 'KeyM')) void media.turn('microphone', !media.get().microphone.on);
      if (is('v', 'KeyV')) void media.turn('camera', !media.get().camera.on);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [media]);
}
