import type { home as fr } from '../fr/home.ts';
import type { Texts } from '../texts.ts';

export const home: Texts<typeof fr> = {
  greeting: { morning: 'Hello {{name}}', evening: 'Good evening {{name}}' },
  files: { title: 'Your files', open: 'Open my files' },
  sync: {
    title: 'A folder always up to date',
    hint: 'Install the sync agent on your computers, then allow them here.',
    open: 'Link a device',
  },
};
