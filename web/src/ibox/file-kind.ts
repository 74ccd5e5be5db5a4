import type { Node } from '@diwan/protocol/ibox.ts';

export type FileKind =
  | 'folder'
  | 'picture'
  | 'video'
  | 'sound'
  | 'pdf'
  | 'sheet'
  | 'slides'
  | 'archive'
  | 'document'
  | 'text'
  | 'other';

const byType: [RegExp, FileKind][] = [
  [/^image\//, 'picture'],
  [/^video\//, 'video'],
  [/^audio\//, 'sound'],
  [/^application\/pdf/, 'pdf'],
  [/spreadsheet|excel|csv/, 'sheet'],
  [/presentation|powerpoint/, 'slides'],
  [/zip|compressed|tar/, 'archive'],
  [/document|msword|rtf/, 'document'],
  [/^text\/|json|xml|yaml/, 'text'],
];

/** What people call a file of this type. */
export function fileKind({ kind, mediaType }: Pick<Node, 'kind' | 'mediaType'>): FileKind {
  if (kind === 'folder') return 'folder';
  return byType.find(([pattern]) => pattern.test(mediaType ?? ''))?.[1] ?? 'other';
}
