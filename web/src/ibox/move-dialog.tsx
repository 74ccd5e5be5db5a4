import type { Node } from '@diwan/protocol/ibox.ts';
import { Button, Group, Modal, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure, Waiting } from '../ui/states.tsx';
import { FolderPath } from './folder-path.tsx';
import classes from './move-dialog.module.css';
import { NodeIcon } from './node-icon.tsx';
import { childrenQuery, nodeQuery } from './queries.ts';

/** Chooses the folder that nodes are moved or copied into. What is moved can't be entered. */
export function MoveDialog(props: {
  how: 'move' | 'copy';
  nodes: readonly Node[];
  from: string;
  onChosen: (parentId: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation('ibox');
  const [here, setHere] = useState(props.from);
  const [busy, setBusy] = useState(false);
  const folder = useQuery(nodeQuery(here));
  const children = useInfiniteQuery(childrenQuery(here));
  const moving = new Set(props.how === 'move' ? props.nodes.map((node) => node.id) : []);
  const folders = children.data?.pages.flatMap((page) => page.nodes).filter((node) => node.kind === 'folder') ?? [];
  const title = t(`${props.how}Title`, { count: props.nodes.length, name: props.nodes[0]?.name });
  const choose = async () => {
    setBusy(true);
    await props.onChosen(here).finally(() => setBusy(false));
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <div className={classes.path}>{folder.data && <FolderPath view={folder.data} onOpen={setHere} />}</div>
      <ScrollArea h="min(20rem, 45dvh)" type="auto" className={classes.list ?? ''}>
        {children.isPending ? (
          <Waiting />
        ) : children.isError ? (
          <Failure error={children.error} onRetry={children.refetch} />
        ) : folders.length === 0 ? (
          <Text c="dimmed" p="lg" ta="center">
            {t('moveNone')}
          </Text>
        ) : (
          folders.map((node) => (
            <UnstyledButton
              key={node.id}
              className={classes.folder ?? ''}
              disabled={moving.has(node.id)}
              onClick={() => setHere(node.id)}
            >
              <NodeIcon node={node} size={22} />
              <bdi className={classes.name}>{node.name}</bdi>
              <IconChevronRight size={18} stroke={1.6} aria-hidden className="mirrored" />
            </UnstyledButton>
          ))
        )}
        {children.hasNextPage && (
          <Button
            variant="subtle"
            fullWidth
            loading={children.isFetchingNextPage}
            onClick={() => children.fetchNextPage()}
          >
            {t('action.more', { ns: 'common' })}
          </Button>
        )}
      </ScrollArea>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={props.onClose}>
          {t('action.cancel', { ns: 'common' })}
        </Button>
        <Button onClick={choose} loading={busy} disabled={props.how === 'move' && here === props.from}>
          {t(`${props.how}Here`)}
        </Button>
      </Group>
    </Modal>
  );
}
