import { ActionIcon, Button, CloseButton, Paper, Text, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { holdUp } from '../wire/keep-trying.ts';
import { Apart } from './upload/apart.tsx';
import { ClashDialog } from './upload/clash-dialog.tsx';
import { secondsLeft } from './upload/pace.ts';
import {
  cancelUploads,
  clearUploads,
  pauseUploads,
  resumeUploads,
  retryUploads,
  type UploadsNow,
  uploadsNow,
} from './upload/queue.ts';
import { shown } from './upload/upload.ts';
import { UploadLine } from './upload/upload-line.tsx';
import classes from './upload-tray.module.css';

/** More lines than these tell nobody anything. */
const mostLines = 50;

/** Every upload of this page, wherever the person is: how far, how fast, and how to stop it or start it again. */
export function UploadTray() {
  const now = useSyncExternalStore(uploadsNow.subscribe, uploadsNow.get);
  return (
    <>
      {now.question && <ClashDialog question={now.question} />}
      {(now.uploads.length > 0 || now.preparing > 0) && <Tray now={now} />}
    </>
  );
}

function Tray({ now }: { now: UploadsNow }) {
  const { t } = useTranslation('ibox');
  const [open, setOpen] = useState(true);
  const heldUp = useSyncExternalStore(holdUp.subscribe, holdUp.get);
  const { uploads, totals, preparing } = now;
  const { count } = totals;
  const moving = count.waiting + count.sending + count.storing;
  const failed = uploads.filter(({ state }) => state === 'failed').map(({ id }) => id);
  const over = totals.unfinished === 0 && preparing === 0;
  const lines = shown(uploads, mostLines);
  // Said aloud too: so without figures that change all the time.
  const phase =
    heldUp && moving > 0
      ? t('uploads.heldUp')
      : preparing > 0
        ? t('uploads.preparing')
        : moving > 0
          ? t('uploads.title')
          : count.paused > 0
            ? t('uploads.resting')
            : count.failed > 0
              ? t('uploads.failed', { count: count.failed })
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
        <Text fw={600} className={classes.words ?? ''}>
          {moving > 0 ? t('uploads.summary', { count: totals.unfinished }) : phase}
        </Text>
        <VisuallyHidden role="status">{phase}</VisuallyHidden>
        {moving > 0 && (
          <Tool label={t('uploads.pauseAll')} onClick={() => pauseUploads()}>
            <IconPlayerPause size={18} />
          </Tool>
        )}
        {count.paused > 0 && moving === 0 && (
          <Tool label={t('uploads.resumeAll')} onClick={() => resumeUploads()}>
            <IconPlayerPlay size={18} />
          </Tool>
        )}
        {totals.unfinished > 1 && (
          <Tool label={t('uploads.cancelAll')} onClick={() => cancelUploads()}>
            <IconX size={18} />
          </Tool>
        )}
        <Tool label={open ? t('uploads.hide') : t('uploads.show')} expanded={open} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
        </Tool>
        {over && <CloseButton aria-label={t('uploads.close')} onClick={clearUploads} />}
      </div>
      {moving > 0 && <Overall now={now} heldUp={heldUp} />}
      {open && (
        <>
          <ul className={classes.list}>
            {lines.map((upload) => (
              <UploadLine key={upload.id} upload={upload} />
            ))}
            {uploads.length > lines.length && (
              <li className={classes.more}>{t('uploads.more', { count: uploads.length - lines.length })}</li>
            )}
          </ul>
          {(failed.length > 1 || (!over && count.done > 0)) && (
            <div className={classes.foot}>
              {failed.length > 1 && (
                <Button size="compact-sm" variant="subtle" onClick={() => retryUploads(failed)}>
                  {t('uploads.retryAll')}
                </Button>
              )}
              {!over && count.done > 0 && (
                <Button size="compact-sm" variant="subtle" color="gray" onClick={clearUploads}>
                  {t('uploads.clear')}
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </Paper>
  );
}

function Tool(props: { label: string; onClick: () => void; expanded?: boolean; children: ReactNode }) {
  const { label, onClick, expanded, children } = props;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}

/** All bytes of all files, how fast they go and how long it still takes. */
function Overall({ now: { totals, pace }, heldUp }: { now: UploadsNow; heldUp: boolean }) {
  const { t } = useTranslation('ibox');
  const format = useFormats();
  const { sent, size } = totals;
  const left = secondsLeft(pace, size - sent);
  const words = [
    format.percent(size === 0 ? 1 : Math.floor((sent / size) * 100) / 100),
    ...(pace?.perSecond === undefined || pace.perSecond < 1
      ? []
      : [t('uploads.pace', { size: format.size(pace.perSecond) })]),
    ...(left === undefined ? [] : [t('uploads.left', { time: format.duration(left * 1000) })]),
  ];
  return (
    <div className={classes.overall}>
      <ProgressBar ratio={size === 0 ? 1 : sent / size} label={t('uploads.overall')} size={8} />
      <Text size="xs" c="dimmed" className="figures" mt={4}>
        {heldUp ? t('uploads.heldUp') : <Apart words={words} />}
      </Text>
    </div>
  );
}
