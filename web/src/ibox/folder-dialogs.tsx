import type { Node } from '@diwan/protocol/ibox.ts';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { createFolder, renameNode } from './changes.ts';
import { MoveDialog } from './move-dialog.tsx';
import { NameDialog } from './name-dialog.tsx';
import { spacesQuery } from './queries.ts';
import { LeaveShare } from './sharing/leave-share.tsx';
import { ShareDialog } from './sharing/share-dialog.tsx';

/** What the person is being asked. */
export type Asked =
  | { what: 'folder' }
  | { what: 'rename' | 'share' | 'leave'; node: Node }
  | { what: 'move' | 'copy'; nodes: readonly Node[] };

export function FolderDialogs(props: {
  folder: Node;
  asked: Asked;
  onPlace: (how: 'move' | 'copy', nodes: readonly Node[], folderId: string) => Promise<void>;
  onClose: () => void;
}) {
  const { t } = useTranslation('ibox');
  const { folder, asked, onPlace, onClose } = props;
  switch (asked.what) {
    case 'folder':
    case 'rename': {
      const node = asked.what === 'rename' ? asked.node : undefined;
      return (
        <NameDialog
          title={node ? t('renameTitle', { name: node.name }) : t('newFolder')}
          label={t(node ? 'newName' : 'folderName')}
          hint={node?.mount ? t('ownName') : undefined}
          submit={t(node ? 'rename' : 'create')}
          initial={node?.name ?? ''}
          isFile={node?.kind === 'file'}
          onSubmit={(name) => (node ? renameNode(node, name) : createFolder(folder.id, name))}
          onClose={onClose}
        />
      );
    }
    case 'share':
      return <ShareDialog node={asked.node} onClose={onClose} />;
    case 'leave':
      return <LeaveMount mount={asked.node} onClose={onClose} />;
    case 'move':
    case 'copy':
      return (
        <MoveDialog
          how={asked.what}
          nodes={asked.nodes}
          from={folder.id}
          onChosen={(folderId) => onPlace(asked.what, asked.nodes, folderId)}
          onClose={onClose}
        />
      );
  }
}

function LeaveMount({ mount, onClose }: { mount: Node; onClose: () => void }) {
  const { data: spaces } = useQuery(spacesQuery);
  const space = spaces?.find(({ id }) => id === mount.mount?.spaceId);
  if (space === undefined) return null;
  return <LeaveShare space={{ ...space, name: mount.name }} onDone={onClose} onClose={onClose} />;
}
