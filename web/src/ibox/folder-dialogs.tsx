import type { Node } from '@diwan/protocol/ibox.ts';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../ui/confirm.tsx';
import { copyNodes, createFolder, deleteNodes, moveNodes, type Outcome, renameNode } from './changes.ts';
import { MoveDialog } from './move-dialog.tsx';
import { NameDialog } from './name-dialog.tsx';

/** What the person is being asked. */
export type Asked =
  | { what: 'folder' }
  | { what: 'rename'; node: Node }
  | { what: 'move' | 'copy' | 'delete'; nodes: Node[] };

export function FolderDialogs(props: {
  folder: Node;
  asked: Asked | undefined;
  onOutcome: (what: 'moved' | 'copied' | 'deleted', outcome: Outcome) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('ibox');
  const { folder, asked, onOutcome, onClose } = props;
  switch (asked?.what) {
    case undefined:
      return null;
    case 'folder':
      return (
        <NameDialog
          title={t('newFolder')}
          label={t('folderName')}
          submit={t('create')}
          initial=""
          isFile={false}
          onSubmit={(name) => createFolder(folder.id, name)}
          onClose={onClose}
        />
      );
    case 'rename':
      return (
        <NameDialog
          title={t('renameTitle', { name: asked.node.name })}
          label={t('newName')}
          submit={t('rename')}
          initial={asked.node.name}
          isFile={asked.node.kind === 'file'}
          onSubmit={(name) => renameNode(asked.node, name)}
          onClose={onClose}
        />
      );
    case 'move':
      return (
        <MoveDialog
          how="move"
          nodes={asked.nodes}
          from={folder.id}
          onChosen={async (parentId) => onOutcome('moved', await moveNodes(asked.nodes, parentId))}
          onClose={onClose}
        />
      );
    case 'copy':
      return (
        <MoveDialog
          how="copy"
          nodes={asked.nodes}
          from={folder.id}
          onChosen={async (parentId) => onOutcome('copied', await copyNodes(asked.nodes, parentId))}
          onClose={onClose}
        />
      );
    case 'delete':
      return (
        <Confirm
          title={t('deleteTitle', { count: asked.nodes.length, name: asked.nodes[0]?.name })}
          hint={t(asked.nodes.some((node) => node.kind === 'folder') ? 'deleteHint' : 'deleteHintFile')}
          action={t('delete')}
          danger
          onConfirm={async () => onOutcome('deleted', await deleteNodes(asked.nodes))}
          onClose={onClose}
        />
      );
  }
}
