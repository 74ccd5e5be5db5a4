import type { Node, NodeView } from '@diwan/protocol/ibox.ts';
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconFolderOpen, IconFolderPlus, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../ui/page-title.tsx';
import { Failure, Nothing } from '../ui/states.tsx';
import type { Browse, Place } from './browse.ts';
import { DetailsPanel, type DetailsTab } from './details-panel.tsx';
import { FilesBar } from './files-bar.tsx';
import { FolderDialogs } from './folder-dialogs.tsx';
import { FolderPath } from './folder-path.tsx';
import classes from './folder-view.module.css';
import { allowed, type NodeAction } from './node-actions.ts';
import { NodeList } from './node-list.tsx';
import { NodeMenu } from './node-menu.tsx';
import { NodeTiles } from './node-tiles.tsx';
import { NodesSkeleton } from './nodes-skeleton.tsx';
import { spacesQuery } from './queries.ts';
import { SelectionBar } from './selection-bar.tsx';
import { FolderSharing } from './sharing/folder-sharing.tsx';
import { mayWrite } from './sharing/standing.ts';
import { UploadButtons } from './upload/upload-buttons.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { mostArranged, useFolder } from './use-folder.ts';
import { useFolderWork } from './use-folder-work.ts';
import { useNodeDrag } from './use-node-drag.tsx';
import { useSelection } from './use-selection.ts';
import { ViewControls } from './view-controls.tsx';
import { useViewSettings } from './view-settings.ts';
import { Viewer } from './viewer.tsx';

export function FolderView({ view }: { view: NodeView }) {
  const { t } = useTranslation(['ibox', 'browse']);
  const folder = view.node;
  const isHome = view.ancestors.length === 0;
  const folderName = isHome ? t('root') : folder.name;
  const { data: spaces } = useQuery(spacesQuery);
  const writable = spaces !== undefined && mayWrite(folder.spaceId, spaces);
  const [settings, setSettings] = useViewSettings();
  const { query, nodes, marks, complete, tooMany } = useFolder(folder.id, settings.order);
  const { selection, chosen, onSelect } = useSelection(nodes);
  const [tab, setTab] = useState<DetailsTab>('about');
  const [menuAt, setMenuAt] = useState<Place>();
  const work = useFolderWork(marks, (wanted) => {
    setTab(wanted);
    setSettings({ details: true });
  });
  const nodeDrag = useNodeDrag((some, folderId, copy) => void work.place(copy ? 'copy' : 'move', some, folderId));

  // What a reader drags goes nowhere.
  const drag = writable ? nodeDrag : { ...nodeDrag, dragged: [], start: (event: DragEvent) => event.preventDefault() };
  const fileDrop = useFileDrop(folder);
  const onAction = (action: NodeAction, node: Node) => {
    if (!selection.chosen.has(node.id)) onSelect({ pick: node.id, how: 'only' });
    const together = selection.chosen.has(node.id) ? chosen : [node];
    const done = allowed(action, together, spaces ?? []);
    if (done) work.act(done, node, together);
  };
  const onTogether = (action: NodeAction) => chosen[0] && work.act(action, chosen[0], chosen);
  const browse: Browse = {
    label: t('list', { name: folderName }),
    nodes,
    marks,
    selection,
    drag,
    onSelect,
    onAction,
    onMenu: (node, at) => {
      if (!selection.chosen.has(node.id)) onSelect({ pick: node.id, how: 'only' });
      setMenuAt(at);
    },
    onUndo: work.undoLast,
  };

  return (
    <div {...(writable ? fileDrop.handlers : {})} className={classes.page}>
      <PageTitle>{folderName}</PageTitle>
      <Stack gap="md">
        <FilesBar />
        <Group justify="space-between" gap="sm" align="flex-end">
          <div className={classes.heading}>
            {!isHome && <FolderPath view={view} drag={drag} />}
            <Title order={1}>
              <bdi>{isHome ? t('title') : folder.name}</bdi>
            </Title>
            <FolderSharing folder={folder} />
          </div>
          <Group gap="sm" wrap="nowrap" className={classes.actions ?? ''}>
            {writable && (
              <>
                <Button
                  variant="default"
                  leftSection={<IconFolderPlus size={19} stroke={1.7} />}
                  onClick={() => work.ask({ what: 'folder' })}
                >
                  {t('newFolder')}
                </Button>
                <UploadButtons folder={folder} />
              </>
            )}
          </Group>
        </Group>

        <div className={classes.controls}>
          {chosen.length > 0 ? (
            <SelectionBar nodes={chosen} marks={marks} onAction={onTogether} onClear={() => onSelect('none')} />
          ) : (
            <Text c="dimmed" role="status">
              {nodes.length > 0 && counted()}
            </Text>
          )}
          <ViewControls settings={settings} sortable={!tooMany} onChange={setSettings} />
        </div>

        <div className={classes.columns} data-details={settings.details}>
          <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
            {query.isPending ? (
              <NodesSkeleton view={settings.view} />
            ) : query.isError && nodes.length === 0 ? (
              <Failure error={query.error} onRetry={query.refetch} />
            ) : nodes.length === 0 ? (
              <Nothing
                icon={<IconFolderOpen size={44} stroke={1.3} />}
                title={t('empty')}
                {...(writable ? { hint: t('emptyHint') } : {})}
              />
            ) : settings.view === 'grid' ? (
              <NodeTiles browse={browse} />
            ) : (
              <NodeList
                browse={browse}
                order={settings.order}
                onOrder={tooMany ? undefined : (order) => setSettings({ order })}
              />
            )}
            {nodes.length > 0 && query.isError && <Failure error={query.error} onRetry={query.refetch} />}
            {tooMany && (
              <Button
                variant="subtle"
                fullWidth
                loading={query.isFetchingNextPage}
                onClick={() => query.fetchNextPage()}
              >
                {t('action.more', { ns: 'common' })}
              </Button>
            )}
          </Paper>
          {settings.details && (
            <DetailsPanel
              view={view}
              chosen={chosen}
              tab={tab}
              onTab={setTab}
              onClose={() => setSettings({ details: false })}
            />
          )}
        </div>
      </Stack>
      {fileDrop.over && (
        <div className={classes.drop}>
          <IconUpload size={36} stroke={1.5} aria-hidden />
          <Text fw={600} size="lg">
            {t('drop', { name: folderName })}
          </Text>
        </div>
      )}
      {menuAt && chosen.length > 0 && (
        <NodeMenu nodes={chosen} marks={marks} at={menuAt} onAction={onTogether} onClose={() => setMenuAt(undefined)} />
      )}
      {work.viewed !== undefined && <Viewer nodes={nodes} start={work.viewed} onClose={work.closeViewer} />}
      {work.asked && (
        <FolderDialogs folder={folder} asked={work.asked} onPlace={work.place} onClose={() => work.ask(undefined)} />
      )}
    </div>
  );

  function counted(): string {
    if (tooMany) return t('browse:sort.tooMany', { count: mostArranged });
    return complete ? t('items', { count: nodes.length }) : t('browse:loading', { count: nodes.length });
  }
}
