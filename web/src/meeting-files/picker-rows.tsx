import type { Node, Space } from '@diwan/protocol/ibox.ts';
import { Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { standingOf } from '../ibox/sharing/standing.ts';
import { Thumbnail } from '../ibox/thumbnail.tsx';
import { useFormats } from '../ui/format.ts';
import classes from './file-picker.module.css';

type RowsProps = {
  nodes: readonly Node[];
  spaces: readonly Space[];
  onFolder?: (id: string) => void;
  onFile: (node: Node) => void;
  none: string;
};

/** Folders first; what is another's to share is seen, and can't be chosen. */
export function Rows({ nodes, spaces, onFolder, onFile, none }: RowsProps) {
  const { t } = useTranslation('together');
  const format = useFormats();
  const folders = nodes.filter(({ kind }) => kind === 'folder');
  const files = nodes.filter(({ kind }) => kind === 'file');
  if (nodes.length === 0)
    return (
      <Text c="dimmed" p="lg" ta="center">
        {none}
      </Text>
    );
  return (
    <ul className={classes.rows}>
      {[...folders, ...files].map((node) => {
        const isFile = node.kind === 'file';
        const refused = isFile && standingOf(node, spaces).role !== 'manager';
        return (
          <li key={node.id}>
            <UnstyledButton
              className={classes.row ?? ''}
              disabled={refused}
              onClick={() => (isFile ? onFile(node) : onFolder?.(node.id))}
            >
              <span className={classes.picture}>
                <Thumbnail node={node} size={26} className={classes.thumbnail} />
              </span>
              <span className={classes.name}>
                <bdi>{node.name}</bdi>
              </span>
              {isFile ? (
                <Text size="sm" c="dimmed" className={classes.about ?? ''}>
                  {refused ? t('files.notYours') : format.size(node.size)}
                </Text>
              ) : (
                <IconChevronRight size={18} stroke={1.6} aria-hidden className="mirrored" />
              )}
            </UnstyledButton>
          </li>
        );
      })}
    </ul>
  );
}
