import { ActionIcon, Text, VisuallyHidden } from '@mantine/core';
import {
  IconAlertCircle,
  IconCircleCheck,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { useSentence } from '../../ui/states.tsx';
import classes from '../upload-tray.module.css';
import { Apart } from './apart.tsx';
import { FileUnreadable } from './digest.ts';
import { cancelUploads, pauseUploads, resumeUploads, retryUploads } from './queue.ts';
import type { Upload, UploadState } from './upload.ts';

const acts = {
  pause: { icon: IconPlayerPause, act: pauseUploads },
  resume: { icon: IconPlayerPlay, act: resumeUploads },
  retry: { icon: IconRefresh, act: retryUploads },
  cancel: { icon: IconX, act: cancelUploads },
};

const offered: Record<UploadState, readonly (keyof typeof acts)[]> = {
  waiting: ['pause', 'cancel'],
  sending: ['pause', 'cancel'],
  storing: [],
  paused: ['resume', 'cancel'],
  done: [],
  failed: ['retry'],
  cancelled: ['retry'],
};

/** One file of the tray. */
export const UploadLine = memo(function UploadLine({ upload }: { upload: Upload }) {
  const { t } = useTranslation('ibox');
  const { id, name, path, state } = upload;
  return (
    <li className={classes.line}>
      <div className={classes.words}>
        <Text size="sm" fw={500} truncate title={[...path, name].join(' / ')}>
          <bdi>{name}</bdi>
        </Text>
        <Progressing upload={upload} />
      </div>
      {offered[state].map((what) => {
        const { icon: Icon, act } = acts[what];
        return (
          <ActionIcon
            key={what}
            variant="subtle"
            color="gray"
            aria-label={t(`uploads.${what}`, { name })}
            onClick={() => act([id])}
          >
            <Icon size={18} />
          </ActionIcon>
        );
      })}
      {state === 'done' && (
        <span className={classes.done}>
          <IconCircleCheck size={20} aria-hidden />
          <VisuallyHidden>{t('uploads.done')}</VisuallyHidden>
        </span>
      )}
    </li>
  );
});

function Progressing({ upload }: { upload: Upload }) {
  const { t } = useTranslation('ibox');
  const format = useFormats();
  const sentence = useSentence(upload.error);
  const { name, state, sent, size, known, attempt } = upload;
  if (state === 'failed')
    return (
      <Text size="xs" className={classes.failed ?? ''} role="alert">
        <IconAlertCircle size={14} aria-hidden />{' '}
        {upload.error instanceof FileUnreadable ? t('uploads.changed') : sentence}
      </Text>
    );
  const moves = state === 'sending' || state === 'storing' || (state === 'paused' && sent > 0);
  const words = [
    state === 'sending'
      ? t('uploads.sending', { sent: format.size(sent), size: format.size(size) })
      : t(`uploads.${state}`),
    // After a pause the person knows; of what an earlier page sent nobody told yet.
    ...(known > 0 && attempt === 1 ? [t('uploads.known', { size: format.size(known) })] : []),
  ];
  return (
    <>
      {moves && (
        <ProgressBar
          ratio={size === 0 ? 1 : sent / size}
          label={t('uploads.progress', { name })}
          animated={state === 'storing'}
          color={state === 'paused' ? 'gray' : undefined}
          size={5}
          className={classes.progress}
        />
      )}
      <Text size="xs" c="dimmed" className="figures">
        <Apart words={words} />
      </Text>
    </>
  );
}
