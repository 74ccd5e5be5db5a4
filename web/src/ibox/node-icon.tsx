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
} from '@tabler/icons-react';

const byType: [RegExp, typeof IconFile][] = [
  [/^image\//, IconPhoto],
  [/^video\//, IconMovie],
  [/^audio\//, IconFileMusic],
  [/^application\/pdf/, IconFileTypePdf],
  [/spreadsheet|excel|csv/, IconFileSpreadsheet],
  [/zip|compressed|tar/, IconFileZip],
  [/^text\/|document|msword/, IconFileText],
];

export function NodeIcon({ node, size = 24 }: { node: Pick<Node, 'kind' | 'mediaType'>; size?: number }) {
  if (node.kind === 'folder') return <IconFolderFilled size={size} aria-hidden color="var(--diwan-folder)" />;
  const Icon = byType.find(([pattern]) => pattern.test(node.mediaType ?? ''))?.[1] ?? IconFile;
  return <Icon size={size} stroke={1.4} aria-hidden color="var(--mantine-color-dimmed)" />;
}
