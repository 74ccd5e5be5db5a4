import type { Node } from '@diwan/protocol/ibox.ts';
import type { Version } from '@diwan/protocol/ibox-history.ts';
import { Badge, Button, Group, Text } from '@mantine/core';
import { IconArrowBackUp, IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { Failure, useSentences, Waiting } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { downloadNode, restoreVersion } from './changes.ts';
import { versionsQuery } from './history-queries.ts';
import { spacesQuery } from './queries.ts';
import { mayWrite } from './sharing/standing.ts';
import classes from './versions-panel.module.css';

/** Who changed a file and when; every version can be had again. */
export function Versions({ node }: { node: Node }) {
  const { t } = useTranslation('ibox');
  const sentence = useSentences();
  const query = useInfiniteQuery(versionsQuery(node.id));
  const { data: spaces } = useQuery(spacesQuery);
  const writable = spaces !== undefined && mayWrite(node.spaceId, spaces);
  const restore = useMutation({
    mutationFn: (version: number) => restoreVersion(node, version),
    onSuccess: (_restored, version) => toast(t('versions.restored', { version })),
    onError: (error) => toastProblem(sentence(error)),
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} onRetry={query.refetch} />;
  const versions = query.data.pages.flatMap((page) => page.versions);
  return (
    <>
      <Text c="dimmed" size="sm" mb="md">
        {t('versions.hint')}
      </Text>
      <ol className={classes.list} aria-label={t('versions.title')}>
        {versions.map((version) => (
          <VersionRow
            key={version.version}
            version={version}
            newest={version.version === node.version}
            writable={writable}
            busy={restore.isPending}
            onDownload={() => void downloadNode(node, version.version).catch((error) => toastProblem(sentence(error)))}
            onRestore={() => restore.mutate(version.version)}
          />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button variant="default" fullWidth loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('action.more', { ns: 'common' })}
        </Button>
      )}
    </>
  );
}

function VersionRow(props: {
  version: Version;
  newest: boolean;
  writable: boolean;
  busy: boolean;
  onDownload: () => void;
  onRestore: () => void;
}) {
  const { t } = useTranslation('ibox');
  const format = useFormats();
  const { version, createdAt, createdBy, size } = props.version;
  return (
    <li className={classes.version}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{t('versions.number', { version })}</Text>
        {props.newest && <Badge variant="light">{t('versions.newest')}</Badge>}
      </Group>
      <Text size="sm">
        <time dateTime={new Date(createdAt).toISOString()}>{format.dateTime(createdAt)}</time>
      </Text>
      <Text size="sm" c="dimmed">
        <bdi>{createdBy}</bdi> · {format.size(size)}
      </Text>
      <Group gap="xs" mt={4} ml={-8}>
        <Button
          size="compact-md"
          variant="subtle"
          leftSection={<IconDownload size={18} />}
          aria-label={t('versions.download', { version })}
          onClick={props.onDownload}
        >
          {t('download')}
        </Button>
        {!props.newest && props.writable && (
          <Button
            size="compact-md"
            variant="subtle"
            leftSection={<IconArrowBackUp size={18} />}
            aria-label={t('versions.restore', { version })}
            disabled={props.busy}
            onClick={props.onRestore}
          >
            {t('restore')}
          </Button>
        )}
      </Group>
    </li>
  );
}
