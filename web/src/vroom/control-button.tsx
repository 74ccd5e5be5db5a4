import { Loader, Tooltip, UnstyledButton } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './control-button.module.css';
import type { LocalMedia } from './model/local-media.ts';
import { useFollow } from './use-follow.ts';

interface ControlButtonProps {
  label: string;
  icon: ReactNode;
  onClick: () => void;
  /** `off`: a device that is off; `on`: something is running; `leave`: the way out. */
  look?: 'plain' | 'off' | 'on' | 'leave';
  busy?: boolean;
  shortcut?: string;
  /** Written beside the icon where there is room. */
  text?: string;
  badge?: number;
  expanded?: boolean;
}

/** One round button of a meeting, named for what it does next. */
export function ControlButton(props: ControlButtonProps) {
  const { label, icon, onClick, look = 'plain', busy = false, shortcut, text, badge, expanded } = props;
  return (
    <Tooltip disabled={expanded === true} label={shortcut === undefined ? label : `${label} (${shortcut})`}>
      <UnstyledButton
        className={classes.button}
        data-look={look}
        data-badge={badge}
        aria-label={label}
        aria-busy={busy}
        {...(shortcut === undefined ? {} : { 'aria-keyshortcuts': shortcut })}
        {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
        onClick={onClick}
      >
        {busy ? <Loader size={20} color="currentColor" aria-hidden /> : icon}
        {text !== undefined && <span className={classes.text}>{text}</span>}
      </UnstyledButton>
    </Tooltip>
  );
}

export function MicrophoneButton({ media }: { media: LocalMedia }) {
  const { t } = useTranslation('vroom');
  const { on, busy } = useFollow(media).microphone;
  const Icon = on ? IconMicrophone : IconMicrophoneOff;
  return (
    <ControlButton
      label={t(on ? 'controls.mute' : 'controls.unmute')}
      icon={<Icon size={22} stroke={1.7} aria-hidden />}
      look={on ? 'plain' : 'off'}
      busy={busy}
      shortcut="M"
      onClick={() => void media.turn('microphone', !on)}
    />
  );
}

export function CameraButton({ media }: { media: LocalMedia }) {
  const { t } = useTranslation('vroom');
  const { on, busy } = useFollow(media).camera;
  const Icon = on ? IconVideo : IconVideoOff;
  return (
    <ControlButton
      label={t(on ? 'controls.cameraOff' : 'controls.cameraOn')}
      icon={<Icon size={22} stroke={1.7} aria-hidden />}
      look={on ? 'plain' : 'off'}
      busy={busy}
      shortcut="V"
      onClick={() => void media.turn('camera', !on)}
    />
  );
}
