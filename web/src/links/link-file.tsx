import { Button, Paper, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { FileContent } from '../ibox/file-content.tsx';
import { viewerKind } from '../ibox/viewer-kind.ts';
import { useFormats } from '../ui/format.ts';
import { AboutLink } from './about-link.tsx';
import classes from './link-page.module.css';
import type { OpenedRead } from './link-page.tsx';
import { linkSource } from './link-source.ts';
import { LinkThumbnail } from './link-thumbnail.tsx';
import { useDownload } from './use-download.ts';

/** A single file: what it is, how it looks, and the way to have it. */
export function LinkFile({ token, page }: { token: string; page: OpenedRead }) {
  const { t } = useTranslation('links');
  const format = useFormats();
  const download = useDownload(token);
  const { node } = page;
  const source = useMemo(() => linkSource(token), [token]);
  const counted = page.downloadsLeft !== null;
  const tall = !counted && ['pdf', 'text', 'markdown'].includes(viewerKind(node));
  return (
    <>
      <div className={classes.head}>
        <div className={classes.words}>
          <Title order={1}>
            <bdi>{node.name}</bdi>
          </Title>
          <AboutLink page={page} also={format.size(node.size)} />
        </div>
        <Button size="lg" leftSection={<IconDownload size={22} stroke={1.7} />} onClick={() => download(node)}>
          {t('download')}
        </Button>
      </div>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        <div className={`${classes.stage} ${tall ? classes.tall : ''}`}>
          {counted ? (
            <LinkThumbnail token={token} node={node} size={72} className={classes.small} />
          ) : (
            <FileContent file={node} source={source} />
          )}
        </div>
      </Paper>
      {counted && (
        <Text c="dimmed" size="sm" mt="sm">
          {t('counted')}
        </Text>
      )}
    </>
  );
}
