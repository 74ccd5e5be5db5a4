import type { Node } from '@diwan/protocol/ibox.ts';
import {
  IconFile,
  IconFileMusic,
  IconFileSpreadsheet,
  IconFileText,
  IconFileTypePdf,
  IconFileZip,
  IconFolderFilled,
  IconMovie,
  IconPhoto,
  IconPresentation,
  IconUsers,
} from '@tabler/icons-react';
import { type FileKind, fileKind } from './file-kind.ts';
import classes from './node-icon.module.css';

const icons: Record<FileKind, typeof IconFile> = {
  folder: IconFolderFilled,
  picture: IconPhoto,
  video: IconMovie,
  sound: IconFileMusic,
  pdf: IconFileTypePdf,
  sheet: IconFileSpreadsheet,
  slides: IconPresentation,
  archive: IconFileZip,
  document: IconFileText,
  text: IconFileText,
  other: IconFile,
};

export function NodeIcon({ node, size = 24 }: { node: Pick<Node, 'kind' | 'mediaType' | 'mount'>; size?: number }) {
  const kind = fileKind(node);
  const Icon = icons[kind];
  if (node.mount)
    return (
      <span className={classes.shared} style={{ inlineSize: size, blockSize: size }}>
        <Icon size={size} aria-hidden color="var(--diwan-folder)" />
        <IconUsers size={Math.round(size * 0.46)} stroke={2.4} aria-hidden className={classes.people} />
      </span>
    );
  if (kind === 'folder') return <Icon size={size} aria-hidden color="var(--diwan-folder)" />;
  return <Icon size={size} stroke={size > 40 ? 1.1 : 1.4} aria-hidden color="var(--mantine-color-dimmed)" />;
}
