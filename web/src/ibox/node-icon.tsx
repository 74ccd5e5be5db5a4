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
} from '@tabler/icons-react';
import { type FileKind, fileKind } from './file-kind.ts';

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

export function NodeIcon({ node, size = 24 }: { node: Pick<Node, 'kind' | 'mediaType'>; size?: number }) {
  const kind = fileKind(node);
  const Icon = icons[kind];
  if (kind === 'folder') return <Icon size={size} aria-hidden color="var(--diwan-folder)" />;
  return <Icon size={size} stroke={size > 40 ? 1.1 : 1.4} aria-hidden color="var(--mantine-color-dimmed)" />;
}
