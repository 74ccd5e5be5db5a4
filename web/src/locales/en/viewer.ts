import type { viewer as fr } from '../fr/viewer.ts';
import type { Texts } from '../texts.ts';

export const viewer: Texts<typeof fr> = {
  close: 'Close the preview',
  previous: 'Previous file',
  next: 'Next file',
  place: '{{number}} / {{count}}',
  download: 'Download',
  player: 'Player of {{name}}',
  none: 'No preview of this file',
  noneHint: 'Download it to open it with an application of your device.',
  truncated: 'Only the beginning of the text is shown. Download the file to read all of it.',
  gone: 'This file is no longer in this folder',
};
