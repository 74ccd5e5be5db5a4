import { ensureFreshSession } from '../wire/http.ts';
import { downloadNodes } from './download-nodes.ts';
import type { FileSource } from './file-content.tsx';
import { contentUrl, previewUrl, textUrl } from './viewer-kind.ts';

/** The files of the person who is signed in. */
export const ownFiles: FileSource = {
  key: 'own',
  content: ({ id }) => contentUrl(id),
  preview: ({ id }) => previewUrl(id, 1600),
  text: ({ id }) => textUrl(id),
  ready: ensureFreshSession,
  download: (file) => downloadNodes([file]),
};
