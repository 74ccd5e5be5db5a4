import type { Node } from '@diwan/protocol/ibox.ts';
import { TextPreview } from '@diwan/protocol/ibox-previews.ts';
import { Text } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Prose } from '../ui/prose.tsx';
import { Failure, Nothing, Waiting } from '../ui/states.tsx';
import { get } from '../wire/http.ts';
import { codeOf } from '../wire/problem.ts';
import classes from './viewer.module.css';
import { viewerKind } from './viewer-kind.ts';

/** What is known of a file that is shown. */
export type ShownFile = Pick<Node, 'id' | 'kind' | 'name' | 'size' | 'mediaType' | 'changedAt'> & { version?: number };

/** Where the files come from that are shown: a person's own, or those of a link. Addresses are without a mark of the version. */
export type FileSource = {
  key: string;
  content: (file: ShownFile) => string;
  preview: (file: ShownFile) => string;
  text: (file: ShownFile) => string;
  /** Before the browser fetches by itself. Throws ProblemError. */
  ready: () => Promise<void>;
  /** Throws ProblemError. */
  download: (file: ShownFile) => Promise<void>;
};

/** What the browser fetches by itself waits for a fresh session; a change of the file is fetched anew. */
export function FileContent({ file, source }: { file: ShownFile; source: FileSource }) {
  const { t } = useTranslation('viewer');
  const [failed, setFailed] = useState(false);
  const session = useQuery({
    queryKey: ['viewer', source.key, 'ready', file.id],
    queryFn: () => source.ready().then(() => true),
    gcTime: 0,
  });
  const kind = viewerKind(file);
  if (failed || kind === 'none' || (kind === 'pdf' && !navigator.pdfViewerEnabled)) return <NoPreview />;
  if (session.isError) return <Failure error={session.error} onRetry={session.refetch} />;
  if (session.isPending) return <Waiting />;
  const onError = () => setFailed(true);
  const mark = `v=${file.version ?? file.changedAt}`;
  const address = `${source.content(file)}?${file.version === undefined ? mark : `version=${file.version}`}`;
  switch (kind) {
    case 'picture':
      return (
        <img
          className={classes.picture}
          src={file.mediaType === 'image/gif' ? address : `${source.preview(file)}&${mark}`}
          alt={file.name}
          onError={onError}
        />
      );
    case 'pdf':
      return <iframe className={classes.document} src={address} title={file.name} />;
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
          aria-label={t('player', { name: file.name })}
          onError={onError}
        />
      );
    default:
      return <Words file={file} source={source} markdown={kind === 'markdown'} />;
  }
}

function Words({ file, source, markdown }: { file: ShownFile; source: FileSource; markdown: boolean }) {
  const { t } = useTranslation('viewer');
  const words = useQuery({
    queryKey: ['viewer', source.key, 'text', file.id, file.version ?? file.changedAt],
    queryFn: ({ signal }) => get(source.text(file), TextPreview, signal),
    retry: false,
  });
  if (words.isPending) return <Waiting />;
  if (words.isError && codeOf(words.error) === 'preview_unavailable') return <NoPreview />;
  if (words.isError) return <Failure error={words.error} onRetry={words.refetch} />;
  const { text, truncated } = words.data;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div className={classes.words} tabIndex={0} role="document" aria-label={file.name} dir="auto">
      {markdown ? <Prose text={text} /> : <pre className={classes.plain}>{text}</pre>}
      {truncated && <Text c="dimmed">{t('truncated')}</Text>}
    </div>
  );
}

function NoPreview() {
  const { t } = useTranslation('viewer');
  return <Nothing icon={<IconFileOff size={44} stroke={1.3} />} title={t('none')} hint={t('noneHint')} />;
}
