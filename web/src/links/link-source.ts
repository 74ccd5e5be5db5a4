import type { FileSource } from '../ibox/file-content.tsx';
import { contentOf, download, previewOf, textOf } from './visit.ts';

/** Where the viewer finds the files of a link. */
export const linkSource = (token: string): FileSource => ({
  key: `link ${token}`,
  content: ({ id }) => contentOf(token, id),
  preview: ({ id }) => previewOf(token, id, 1600),
  text: ({ id }) => textOf(token, id),
  ready: () => Promise.resolve(),
  download: ({ id }) => download(token, { id, kind: 'file' }),
});
