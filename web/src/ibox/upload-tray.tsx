import { ActionIcon, CloseButton, Paper, Progress, Text, VisuallyHidden } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconRefresh, IconX } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { useSentence } from '../ui/states.tsx';
import { isUnfinished } from './model.ts';
import classes from './upload-tray.module.css';
import { cancelUpload, clearUploads, retryUpload, type Upload, uploadList } from './uploads.ts';

/** Every upload of this page, wherever the person is: how far, and how to stop it or start it again. */
export function UploadTray() {
  const { t } = useTranslation('ibox');
  const uploads = useSyncExternalStore(uploadList.subscribe, uploadList.get);
  if (uploads.length === 0) return null;
  const open = uploads.filter(isUnfinished).length;
  const failed = uploads.filter((upload) => upload.state === 'failed').length;
  const summary =
    open > 0
      ? t('uploads.summary', { count: open })
      : failed > 0
        ? t('uploads.failed', { count: failed })
        : t('uploads.finished');
  return (
    <Paper
      component="section"
      shadow="lg"
      withBorder
      radius="lg"
      className={classes.tray ?? ''}
      aria-label={t('uploads.title')}
    >
      <div className={classes.head}>
        <Text fw={600} role="status">
          {summary}
        </Text>
        {open === 0 && <CloseButton aria-label={t('uploads.close')} onClick={clearUploads} />}
      </div>
      <ul className={classes.list}>
        {uploads.map((upload) => (
          <UploadLine key={upload.id} upload={upload} />
        ))}
      </ul>
    </Paper>
  );
}

function UploadLine({ upload }: { upload: Upload }) {
  const { t } = useTranslation('ibox');
  const { file, state } = upload;
  const { name } = file;
  const failed = state === 'failed' || state === 'cancelled';
  return (
    <li className={classes.line}>
      <div className={classes.words}>
        <Text size="sm" fw={500} truncate>
          <bdi>{name}</bdi>
        </Text>
        <UploadProgress upload={upload} />
      </div>
      {isUnfinished(upload) && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('uploads.cancel', { name })}
          onClick={() => cancelUpload(upload.id)}
        >
          <IconX size={18} />
        </ActionIcon>
      )}
      {failed && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('uploads.retry', { name })}
          onClick={() => retryUpload(upload.id)}
        >
          <IconRefresh size={18} />
        </ActionIcon>
      )}
      {state === 'done' && (
        <span className={classes.done}>
          <IconCircleCheck size={20} aria-hidden />
          <VisuallyHidden>{t('uploads.done')}</VisuallyHidden>
        </span>
      )}
    </li>
  );
}

function UploadProgress({ upload }: { upload: Upload }) {
  const { t } = useTranslation('ibox');
  const format = useFormats();
  const sentence = useSentence(upload.error);
  const { file, state, sent } = upload;
  if (state === 'failed')
    return (
      <Text size="xs" className={classes.failed ?? ''} role="alert">
        <IconAlertCircle size={14} aria-hidden /> {sentence}
      </Text>
    );
  const words =
    state === 'sending'
      ? t('uploads.sending', { sent: format.size(sent), size: format.size(file.size) })
      : t(`uploads.${state}`);
  const percent = file.size === 0 ? 100 : (sent / file.size) * 100;
  return (
    <>
      {isUnfinished(upload) && (
        <Progress.Root size="sm" my={4}>
          <Progress.Section
            value={state === 'waiting' ? 0 : percent}
            animated={state === 'storing'}
            aria-label={t('uploads.progress', { name: file.name })}
          />
        </Progress.Root>
      )}
      <Text size="xs" c="dimmed" className="figures">
        {words}
      </Text>
    </>
  );
}
