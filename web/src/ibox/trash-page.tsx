import type { Space } from '@diwan/protocol/ibox.ts';
import type { TrashEntry } from '@diwan/protocol/ibox-history.ts';
import { Button, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconTrash, IconTrashX } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../ui/confirm.tsx';
import { useFormats } from '../ui/format.ts';
import { PageTitle } from '../ui/page-title.tsx';
import { Failure, Nothing, useSentences, Waiting } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { emptyTrash, purgeFromTrash, restoreFromTrash } from './changes.ts';
import classes from './entries.module.css';
import { FilesBar } from './files-bar.tsx';
import { trashQuery } from './history-queries.ts';
import { daysUntil } from './model.ts';
import { NodeIcon } from './node-icon.tsx';
import { spacesQuery } from './queries.ts';

/** What was deleted, until it goes by itself or for good. */
export function TrashPage() {
  const { t } = useTranslation('ibox');
  const spaces = useQuery(spacesQuery);
  const [chosen, setChosen] = useState<string>();
  const personal = spaces.data?.find(({ kind }) => kind === 'personal');
  const space = spaces.data?.find(({ id }) => id === chosen) ?? personal;
  const several = (spaces.data?.length ?? 0) > 1;
  return (
    <Stack gap="md">
      <PageTitle>{t('trash.title')}</PageTitle>
      <FilesBar />
      {space ? (
        <>
          {several && (
            <Select
              className={classes.space ?? ''}
              label={t('trash.of')}
              allowDeselect={false}
              data={
                spaces.data?.map(({ id, kind, name }) => ({
                  value: id,
                  label: kind === 'personal' ? t('root') : name,
                })) ?? []
              }
              value={space.id}
              onChange={(id) => setChosen(id ?? undefined)}
            />
          )}
          <Trash key={space.id} space={space} />
        </>
      ) : spaces.isError ? (
        <Failure error={spaces.error} onRetry={spaces.refetch} />
      ) : (
        <Waiting minHeight="50vh" />
      )}
    </Stack>
  );
}

function Trash({ space }: { space: Space }) {
  const { id: spaceId, role } = space;
  const { t } = useTranslation('ibox');
  const sentence = useSentences();
  const query = useInfiniteQuery(trashQuery(spaceId));
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const [asked, setAsked] = useState<TrashEntry | 'all'>();
  const restore = useMutation({
    mutationFn: (entry: TrashEntry) => restoreFromTrash(entry.node.id),
    onSuccess: (node) => toast(t('trash.restored', { name: node.name })),
    onError: (error) => toastProblem(sentence(error)),
  });
  const purge = async () => {
    const newest = entries[0];
    if (asked === undefined || newest === undefined) return;
    const work = asked === 'all' ? emptyTrash(spaceId, newest.node.seq) : purgeFromTrash(asked.node.id);
    await work.then(
      () => toast(t(asked === 'all' ? 'trash.emptied' : 'trash.purged')),
      (error) => toastProblem(sentence(error)),
    );
    setAsked(undefined);
  };
  return (
    <>
      <Group justify="space-between" gap="sm">
        <div>
          <Title order={1}>{t('trash.title')}</Title>
          <Text c="dimmed">{t('trash.hint')}</Text>
        </div>
        {entries.length > 0 && role === 'manager' && (
          <Button variant="default" leftSection={<IconTrashX size={19} stroke={1.7} />} onClick={() => setAsked('all')}>
            {t('trash.empty')}
          </Button>
        )}
      </Group>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {query.isPending ? (
          <Waiting />
        ) : query.isError && entries.length === 0 ? (
          <Failure error={query.error} onRetry={query.refetch} />
        ) : entries.length === 0 ? (
          <Nothing icon={<IconTrash size={44} stroke={1.3} />} title={t('trash.nothing')} />
        ) : (
          <ul className={classes.list} aria-label={t('trash.title')}>
            {entries.map((entry) => (
              <Entry
                key={entry.node.id}
                entry={entry}
                role={role}
                busy={restore.isPending}
                onRestore={() => restore.mutate(entry)}
                onPurge={() => setAsked(entry)}
              />
            ))}
          </ul>
        )}
      </Paper>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('action.more', { ns: 'common' })}
        </Button>
      )}
      {asked && (
        <Confirm
          title={asked === 'all' ? t('trash.emptyTitle') : t('trash.purgeTitle', { name: asked.node.name })}
          hint={t('trash.purgeHint')}
          action={t('trash.purge')}
          danger
          onConfirm={purge}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

function Entry(props: {
  entry: TrashEntry;
  role: Space['role'];
  busy: boolean;
  onRestore: () => void;
  onPurge: () => void;
}) {
  const { t } = useTranslation('ibox');
  const format = useFormats();
  const { node, place, count, size, deletedAt, deletedBy, endsAt } = props.entry;
  const contained = node.kind === 'folder' ? `${t('items', { count: count - 1 })} · ` : '';
  return (
    <li className={classes.entry}>
      <NodeIcon node={node} />
      <div className={classes.words}>
        <div className={classes.name}>
          <bdi>{node.name}</bdi>
        </div>
        <Text size="sm" c="dimmed">
          {t('trash.from')} <bdi>{[t('root'), ...place].join(' / ')}</bdi> · {contained}
          {format.size(size)}
        </Text>
        <Text size="sm" c="dimmed">
          {t('trash.deleted', { when: format.dateTime(deletedAt), who: deletedBy })}
          {endsAt !== null && <> · {t('trash.ends', { count: daysUntil(endsAt, Date.now()) })}</>}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        {props.role !== 'reader' && (
          <Button
            size="compact-md"
            variant="light"
            leftSection={<IconArrowBackUp size={18} />}
            aria-label={t('trash.restore', { name: node.name })}
            disabled={props.busy}
            onClick={props.onRestore}
          >
            {t('restore')}
          </Button>
        )}
        {props.role === 'manager' && (
          <Button
            size="compact-md"
            variant="subtle"
            color="red"
            aria-label={t('trash.purgeOne', { name: node.name })}
            onClick={props.onPurge}
          >
            {t('trash.purge')}
          </Button>
        )}
      </Group>
    </li>
  );
}
