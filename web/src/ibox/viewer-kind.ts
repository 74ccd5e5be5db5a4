import type { Node } from '@diwan/protocol/ibox.ts';
import { previewedTypes } from '@diwan/protocol/ibox-previews.ts';

/** How a file is shown. `text` is tried for what may be one. */
export type ViewerKind = 'picture' | 'pdf' | 'video' | 'audio' | 'markdown' | 'text' | 'none';

const never =
  /zip|compressed|officedocument|opendocument|msword|ms-excel|ms-powerpoint|^image\/|^application\/(gzip|x-tar|rtf)/;

export function viewerKind({ mediaType, name }: Pick<Node, 'mediaType' | 'name'>): ViewerKind {
  const type = mediaType ?? '';
  if (type === 'application/pdf') return 'pdf';
  if (previewedTypes.includes(type)) return 'picture';
  if (type.startsWith('video/')) return 'video';
  if (type.startsWith('audio/')) return 'audio';
  if (type === 'text/markdown' || /\.(md|markdown)$/i.test(name)) return 'markdown';
  return never.test(type) ? 'none' : 'text';
}

const pathOf = (id: string) => `/api/ibox/nodes/${encodeURIComponent(id)}`;

export const contentUrl = (id: string) => `${pathOf(id)}/content`;
export const textUrl = (id: string) => `${pathOf(id)}/text`;

/** The picture in a file, at most `edge` pixels wide and high: 256 for a list, 1600 for a screen. */
export const previewUrl = (id: string, edge: 256 | 1600) => `${pathOf(id)}/preview?size=${edge}`;

/** The file before or after another, if there is one. */
export function neighbour<N extends { id: string }>(nodes: readonly N[], id: string, step: -1 | 1): N | undefined {
  const at = nodes.findIndex((node) => node.id === id);
  return at === -1 ? undefined : nodes[at + step];
}
