import type { Node } from '@diwan/protocol/ibox.ts';
import { TextPreview } from '@diwan/protocol/ibox-previews.ts';
import { ActionIcon, Button, Group, Modal, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconDownload, IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { directionOf, useLanguage } from '../locales/i18n.ts';
import { useFormats } from '../ui/format.ts';
import { Prose } from '../ui/prose.tsx';
import { Failure, Nothing, useSentences, Waiting } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import { ensureFreshSession, get } from '../wire/http.ts';
import { codeOf } from '../wire/problem.ts';
import { downloadNodes } from './download-nodes.ts';
import classes from './viewer.module.css';
import { contentUrl, neighbour, previewUrl, textUrl, viewerKind } from './viewer-kind.ts';

/** Shows one file of a list, large; the arrows go to the one before and after. */
export function Viewer({ nodes, start, onClose }: { nodes: readonly Node[]; start: string; onClose: () => void }) {
  const { t } = useTranslation('viewer');
  const sentence = useSentences();
  const format = useFormats();
  const direction = directionOf(useLanguage());
  const files = nodes.filter((node) => node.kind === 'file');
  const [shown, setShown] = useState(start);
  const node = files.find((one) => one.id === shown);
  const before = neighbour(files, shown, -1);
  const after = neighbour(files, shown, 1);

  const onKeyDown = (event: KeyboardEvent) => {
    // A player's own keys are its own.
    if (event.target instanceof HTMLMediaElement) return;
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const backward = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const next = event.key === forward ? after : event.key === backward ? before : undefined;
    if (next) setShown(next.id);
  };
  const [Back, Forth] = direction === 'rtl' ? [IconChevronRight, IconChevronLeft] : [IconChevronLeft, IconChevronRight];
  const download = () => node && downloadNodes([node]).catch((error) => toastProblem(sentence(error)));

  return (
    <Modal
      opened
      fullScreen
      onClose={onClose}
      onKeyDown={onKeyDown}
      title={<bdi>{node?.name ?? t('gone')}</bdi>}
      closeButtonProps={{ 'aria-label': t('close') }}
      classNames={{ content: classes.content ?? '', body: classes.body ?? '', title: classes.title ?? '' }}
    >
      <div className={classes.stage}>
        {node ? (
          <Shown key={node.id} node={node} />
        ) : (
          <Nothing icon={<IconFileOff size={44} stroke={1.3} />} title={t('gone')} />
        )}
      </div>
      <Group className={classes.bar ?? ''} justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          <ActionIcon
            variant="default"
            size={42}
            aria-label={t('previous')}
            disabled={!before}
            onClick={() => before && setShown(before.id)}
          >
            <Back size={22} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={42}
            aria-label={t('next')}
            disabled={!after}
            onClick={() => after && setShown(after.id)}
          >
            <Forth size={22} />
          </ActionIcon>
          {node && (
            <Text c="dimmed" size="sm" role="status">
              {t('place', { number: files.indexOf(node) + 1, count: files.length })} · {format.size(node.size)}
            </Text>
          )}
        </Group>
        {node && (
          <Button leftSection={<IconDownload size={19} stroke={1.7} />} onClick={download}>
            {t('download')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}

/** What the browser fetches by itself waits for a fresh session; a change of the file is fetched anew. */
function Shown({ node }: { node: Node }) {
  const { t } = useTranslation('viewer');
  const [failed, setFailed] = useState(false);
  const session = useQuery({
    queryKey: ['viewer', 'session', node.id],
    queryFn: async () => ensureFreshSession().then(() => true),
    gcTime: 0,
  });
  const kind = viewerKind(node);
  if (failed || kind === 'none' || (kind === 'pdf' && !navigator.pdfViewerEnabled)) return <NoPreview />;
  if (session.isError) return <Failure error={session.error} onRetry={session.refetch} />;
  if (session.isPending) return <Waiting />;
  const onError = () => setFailed(true);
  const address = `${contentUrl(node.id)}?version=${node.version}`;
  switch (kind) {
    case 'picture':
      return (
        <img
          className={classes.picture}
          src={node.mediaType === 'image/gif' ? address : `${previewUrl(node.id, 1600)}&v=${node.version}`}
          alt={node.name}
          onError={onError}
        />
      );
    case 'pdf':
      return <iframe className={classes.document} src={address} title={node.name} />;
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: files bring their own tracks, or none
      return <video className={classes.picture} src={address} controls preload="metadata" onError={onError} />;
    case 'audio':
      return (
        // biome-ignore lint/a11y/useMediaCaption: files bring their own tracks, or none
        <audio
          src={address}
          controls
          preload="metadata"
          aria-label={t('player', { name: node.name })}
          onError={onError}
        />
      );
    default:
      return <Words node={node} markdown={kind === 'markdown'} />;
  }
}

function Words({ node, markdown }: { node: Node; markdown: boolean }) {
  const { t } = useTranslation('viewer');
  const words = useQuery({
    queryKey: ['viewer', 'text', node.id, node.version],
    queryFn: ({ signal }) => get(textUrl(node.id), TextPreview, signal),
    retry: false,
  });
  if (words.isPending) return <Waiting />;
  if (words.isError && codeOf(words.error) === 'preview_unavailable') return <NoPreview />;
  if (words.isError) return <Failure error={words.error} onRetry={words.refetch} />;
  const { text, truncated } = words.data;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div className={classes.words} tabIndex={0} role="document" aria-label={node.name} dir="auto">
      {markdown ? <Prose text={text} /> : <pre className={classes.plain}>{text}</pre>}
      {truncated && <Text c="dimmed">{t('truncated')}</Text>}
    </div>
  );
}

function NoPreview() {
  const { t } = useTranslation('viewer');
  return <Nothing icon={<IconFileOff size={44} stroke={1.3} />} title={t('none')} hint={t('noneHint')} />;
}
