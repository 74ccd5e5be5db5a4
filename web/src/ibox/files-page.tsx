import { Button } from '@mantine/core';
import { IconFolderOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useParams } from 'react-router';
import { Failure, Nothing, useSentences, Waiting } from '../ui/states.tsx';
import { codeOf } from '../wire/problem.ts';
import { FolderView } from './folder-view.tsx';
import { nodeQuery, spacesQuery } from './queries.ts';

/** /files is the root of the personal space; /files/:nodeId any folder. */
export function FilesPage() {
  const { nodeId } = useParams();
  const spaces = useQuery({ ...spacesQuery, enabled: nodeId === undefined });
  const root = spaces.data?.find((space) => space.kind === 'personal')?.rootId;
  const id = nodeId ?? root;
  if (id !== undefined) return <Folder key={id} id={id} />;
  if (spaces.isError) return <Failure error={spaces.error} onRetry={spaces.refetch} />;
  return <Waiting minHeight="50vh" />;
}

function Folder({ id }: { id: string }) {
  const { t } = useTranslation('ibox');
  const sentence = useSentences();
  const view = useQuery(nodeQuery(id));
  if (view.isPending) return <Waiting minHeight="50vh" />;
  if (view.data === undefined || (view.isError && codeOf(view.error) === 'not_found')) {
    if (codeOf(view.error) !== 'not_found') return <Failure error={view.error} onRetry={view.refetch} />;
    return (
      <Nothing icon={<IconFolderOff size={40} stroke={1.4} />} title={sentence(view.error)}>
        <Button component={Link} to="/files" variant="light" mt="sm">
          {t('root')}
        </Button>
      </Nothing>
    );
  }
  // Where a shared space shows, one is in that space.
  const { mount } = view.data.node;
  if (mount) return <Navigate to={`/files/${mount.rootId}`} replace />;
  return <FolderView view={view.data} />;
}
