import { ActionIcon, Button, FileButton, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconFile, IconInbox, IconUpload, IconX } from '@tabler/icons-react';
import { type DragEvent, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { useSentences } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import { codeOf, ProblemError } from '../wire/problem.ts';
import { queryClient } from '../wire/queries.ts';
import { AboutLink } from './about-link.tsx';
import { createDropQueue, type Drop } from './drop-queue.ts';
import classes from './link-page.module.css';
import type { Opened } from './link-page.tsx';
import { pageQuery } from './visit.ts';

/** Takes files for somebody, and shows nothing but what the visitor gives. */
export function LinkDrop({ token, page }: { token: string; page: Opened }) {
  const { t } = useTranslation('links');
  const queue = useMemo(() => createDropQueue(token), [token]);
  const drops = useSyncExternalStore(queue.subscribe, queue.get);
  const add = (files: readonly File[]) => files.length > 0 && queue.add(files);
  const zone = useDropZone(add, () => toastProblem(t('drop.folders')));
  const received = drops.filter(({ state }) => state === 'received').length;
  const unfinished = drops.some(({ state }) => state === 'waiting' || state === 'sending');
  useStay(unfinished);

  const codes = drops.flatMap(({ error }) => (error === undefined ? [] : codeOf(error)));
  const locked = codes.includes('link_password');
  useEffect(() => {
    if (locked) void queryClient.invalidateQueries(pageQuery(token));
  }, [locked, token]);

  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{t('drop.title')}</Title>
        <Text mt={4}>{t('drop.lead', { owner: page.ownerName, name: page.name })}</Text>
        {page.expiresAt !== null && <AboutLink page={page} />}
      </div>
      <div className={classes.zone} data-over={zone.over} {...zone.handlers}>
        <IconInbox size={44} stroke={1.3} aria-hidden color="var(--diwan-folder)" />
        <Text fw={600} size="lg">
          {t('drop.here')}
        </Text>
        <Text c="dimmed">{t('drop.or')}</Text>
        <FileButton multiple onChange={add} inputProps={{ 'aria-label': t('drop.choose') }}>
          {(button) => (
            <Button {...button} size="md" leftSection={<IconUpload size={20} stroke={1.7} />}>
              {t('drop.choose')}
            </Button>
          )}
        </FileButton>
      </div>
      <Text role="status" fw={500} className={classes.received ?? ''}>
        {!unfinished && received > 0 && t('drop.done', { count: received })}
        {unfinished && t('drop.leaving')}
      </Text>
      {drops.length > 0 && (
        <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
          <ul className={classes.list} aria-label={t('drop.list')}>
            {drops.map((drop) => (
              <DropLine
                key={drop.id}
                drop={drop}
                onRetry={() => queue.retry(drop.id)}
                onCancel={() => queue.cancel(drop.id)}
              />
            ))}
          </ul>
        </Paper>
      )}
    </Stack>
  );
}

function DropLine({ drop, onRetry, onCancel }: { drop: Drop; onRetry: () => void; onCancel: () => void }) {
  const { t } = useTranslation('links');
  const format = useFormats();
  const sentence = useSentences();
  const { file, state, sent } = drop;
  const ratio = file.size === 0 ? 1 : sent / file.size;
  const words = {
    waiting: t('drop.waiting'),
    sending: ratio < 1 ? t('drop.sending', { percent: format.percent(ratio) }) : t('drop.storing'),
    received: t('drop.received'),
    // Not the visitor's own room.
    failed: codeOf(drop.error) === 'quota_exceeded' ? t('drop.full') : sentence(drop.error),
  }[state];
  return (
    <li className={classes.file}>
      {state === 'received' ? (
        <IconCircleCheck size={24} stroke={1.6} aria-hidden className={classes.received} />
      ) : (
        <IconFile size={24} stroke={1.4} aria-hidden />
      )}
      <div className={classes.dropped}>
        <Text fw={500} className={classes.words ?? ''}>
          <bdi>{file.name}</bdi>
        </Text>
        <Text size="sm" c={state === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}>
          {format.size(file.size)} · {words}
        </Text>
      </div>
      {state === 'failed' && mayPass(drop.error) && (
        <Button
          size="compact-md"
          variant="light"
          aria-label={t('drop.againNamed', { name: file.name })}
          onClick={onRetry}
        >
          {t('drop.again')}
        </Button>
      )}
      {state !== 'received' && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={38}
          aria-label={t('drop.cancel', { name: file.name })}
          onClick={onCancel}
        >
          <IconX size={19} />
        </ActionIcon>
      )}
      {state === 'sending' && (
        <ProgressBar ratio={ratio} label={t('drop.progress', { name: file.name })} className={classes.progress} />
      )}
    </li>
  );
}

/** What the hub refuses for what the file is, it refuses again. */
const mayPass = (error: unknown): boolean =>
  error instanceof ProblemError &&
  (error.problem.status === 0 || error.problem.status === 429 || error.problem.status >= 500);

/** Makes an element take files that are dropped on it; folders can't come this way. */
function useDropZone(onFiles: (files: readonly File[]) => void, onFolder: () => void) {
  // Every child that is crossed enters and leaves too.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const cross = (to: number) => {
    depth.current = Math.max(0, to);
    setOver(depth.current > 0);
  };
  const handlers = {
    onDragEnter: (event: DragEvent) => {
      event.preventDefault();
      cross(depth.current + 1);
    },
    onDragOver: (event: DragEvent) => event.preventDefault(),
    onDragLeave: () => cross(depth.current - 1),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      cross(0);
      const items = [...event.dataTransfer.items].filter(({ kind }) => kind === 'file');
      const files = items.flatMap((item) => (item.webkitGetAsEntry()?.isDirectory ? [] : (item.getAsFile() ?? [])));
      if (files.length < items.length) onFolder();
      onFiles(files);
    },
  };
  return { over, handlers };
}

/** Asks before a page is left that still sends. */
function useStay(busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
}
