import type { Node, NodeView } from '@diwan/protocol/ibox.ts';
import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import {
  IconArrowsMove,
  IconCopy,
  IconDownload,
  IconFolderOpen,
  IconFolderPlus,
  IconTrash,
  IconUpload,
  IconX,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { PageTitle } from '../ui/page-title.tsx';
import { Failure, Nothing, useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import type { Outcome } from './changes.ts';
import { downloadNodes } from './download-nodes.ts';
import { FilesBar } from './files-bar.tsx';
import { type Asked, FolderDialogs } from './folder-dialogs.tsx';
import { FolderPath } from './folder-path.tsx';
import classes from './folder-view.module.css';
import { nothingSelected, pruned, type SelectionStep, select } from './model.ts';
import { type NodeAction, NodeTable } from './node-table.tsx';
import { childrenQuery } from './queries.ts';
import { UploadButtons } from './upload/upload-buttons.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { VersionsPanel } from './versions-panel.tsx';
import { Viewer } from './viewer.tsx';

export function FolderView({ view }: { view: NodeView }) {
  const { t } = useTranslation('ibox');
  const navigate = useNavigate();
  const sentence = useSentences();
  const folder = view.node;
  const folderName = folder.parentId === null ? t('root') : folder.name;
  const children = useInfiniteQuery(childrenQuery(folder.id));
  const nodes = children.data?.pages.flatMap((page) => page.nodes) ?? [];
  const order = nodes.map((node) => node.id);
  const [rawSelection, setSelection] = useState(nothingSelected);
  const selection = pruned(rawSelection, order);
  const chosen = nodes.filter((node) => selection.chosen.has(node.id));
  const [asked, setAsked] = useState<Asked>();
  const [detailed, setDetailed] = useState<string>();
  const [viewed, setViewed] = useState<string>();

  const onSelect = (step: SelectionStep) => setSelection((before) => select(before, step, order));
  const drop = useFileDrop(folder);
  const download = (some: readonly Node[]) => downloadNodes(some).catch((error) => toastProblem(sentence(error)));
  const onAction = (action: NodeAction, node: Node) => {
    if (action === 'open' && node.kind === 'folder') return void navigate(`/files/${node.id}`);
    if (action === 'open') return setViewed(node.id);
    if (action === 'rename') return setAsked({ what: 'rename', node });
    if (action === 'versions') return setDetailed(node.id);
    const together = selection.chosen.has(node.id) ? chosen : [node];
    if (action === 'download') return void download(together);
    setAsked({ what: action, nodes: together });
  };
  const onOutcome = (what: 'moved' | 'copied' | 'deleted', { done, failed }: Outcome) => {
    setAsked(undefined);
    const count = done.length + failed.length;
    const first = failed[0];
    if (first) toastProblem(t('partly', { done: done.length, count, reason: sentence(first.error) }));
    else toast(t(what, { count, name: done[0]?.name }));
  };

  return (
    <div {...drop.handlers} className={classes.page}>
      <PageTitle>{folderName}</PageTitle>
      <Stack gap="md">
        <FilesBar />
        <Group justify="space-between" gap="sm" align="flex-end">
          <div className={classes.heading}>
            {folder.parentId !== null && <FolderPath view={view} />}
            <Title order={1}>
              <bdi>{folder.parentId === null ? t('title') : folder.name}</bdi>
            </Title>
          </div>
          <Group gap="sm" wrap="nowrap" className={classes.actions ?? ''}>
            <Button
              variant="default"
              leftSection={<IconFolderPlus size={19} stroke={1.7} />}
              onClick={() => setAsked({ what: 'folder' })}
            >
              {t('newFolder')}
            </Button>
            <UploadButtons folder={folder} />
          </Group>
        </Group>

        <div className={classes.selection} data-any={chosen.length > 0} role="status">
          {chosen.length === 0 && nodes.length > 0 && !children.hasNextPage && (
            <Text c="dimmed">{t('items', { count: nodes.length })}</Text>
          )}
          {chosen.length > 0 && (
            <>
              <Text fw={500}>{t('selected', { count: chosen.length })}</Text>
              <Group gap="xs">
                <Button
                  size="compact-md"
                  variant="subtle"
                  leftSection={<IconDownload size={18} />}
                  onClick={() => download(chosen)}
                >
                  {t('download')}
                </Button>
                <Button
                  size="compact-md"
                  variant="subtle"
                  leftSection={<IconArrowsMove size={18} />}
                  onClick={() => setAsked({ what: 'move', nodes: chosen })}
                >
                  {t('move')}
                </Button>
                <Button
                  size="compact-md"
                  variant="subtle"
                  leftSection={<IconCopy size={18} />}
                  onClick={() => setAsked({ what: 'copy', nodes: chosen })}
                >
                  {t('copy')}
                </Button>
                <Button
                  size="compact-md"
                  variant="subtle"
                  color="red"
                  leftSection={<IconTrash size={18} />}
                  onClick={() => setAsked({ what: 'delete', nodes: chosen })}
                >
                  {t('delete')}
                </Button>
                <Button
                  size="compact-md"
                  variant="subtle"
                  color="gray"
                  leftSection={<IconX size={18} />}
                  onClick={() => onSelect('none')}
                >
                  {t('clear')}
                </Button>
              </Group>
            </>
          )}
        </div>

        <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
          {children.isPending ? (
            <ListSkeleton />
          ) : children.isError && nodes.length === 0 ? (
            <Failure error={children.error} onRetry={children.refetch} />
          ) : nodes.length === 0 ? (
            <Nothing icon={<IconFolderOpen size={44} stroke={1.3} />} title={t('empty')} hint={t('emptyHint')} />
          ) : (
            <NodeTable
              label={t('list', { name: folderName })}
              nodes={nodes}
              selection={selection}
              onSelect={onSelect}
              onAction={onAction}
            />
          )}
        </Paper>
        {children.hasNextPage && (
          <Button variant="default" loading={children.isFetchingNextPage} onClick={() => children.fetchNextPage()}>
            {t('action.more', { ns: 'common' })}
          </Button>
        )}
      </Stack>
      {drop.over && (
        <div className={classes.drop}>
          <IconUpload size={36} stroke={1.5} aria-hidden />
          <Text fw={600} size="lg">
            {t('drop', { name: folderName })}
          </Text>
        </div>
      )}
      <VersionsPanel node={nodes.find((node) => node.id === detailed)} onClose={() => setDetailed(undefined)} />
      {viewed !== undefined && <Viewer nodes={nodes} start={viewed} onClose={() => setViewed(undefined)} />}
      <FolderDialogs folder={folder} asked={asked} onOutcome={onOutcome} onClose={() => setAsked(undefined)} />
    </div>
  );
}

function ListSkeleton() {
  return (
    <Stack gap="md" p="lg">
      {['62%', '48%', '55%', '40%'].map((width) => (
        <Skeleton key={width} h={22} w={width} />
      ))}
    </Stack>
  );
}
