import type { common as fr } from '../fr/common.ts';
import type { Texts } from '../texts.ts';

export const common: Texts<typeof fr> = {
  nav: {
    label: 'Main navigation',
    home: 'Home',
    meetings: 'Meetings',
    files: 'Files',
    admin: 'Administration',
    skip: 'Skip to content',
  },
  language: 'Language',
  scheme: { toDark: 'Switch to the dark theme', toLight: 'Switch to the light theme' },
  menu: { label: 'My account', account: 'My account', device: 'Link a device', signOut: 'Sign out' },
  connection: { lost: 'Connection lost. Reconnecting…' },
  footer: { terms: 'Terms of use', support: 'Contact us' },
  action: {
    cancel: 'Cancel',
    close: 'Close',
    save: 'Save',
    retry: 'Try again',
    back: 'Back',
    home: 'Back to home',
    more: 'Show more',
  },
  state: {
    loading: 'Loading…',
    failed: 'Loading failed',
    crashed: 'Something went wrong on this page',
    crashedHint: 'Your data is intact. Reload the page; if it happens again, write to us.',
    reload: 'Reload the page',
    notFound: 'Page not found',
    notFoundHint: 'The address may be incomplete, or the page no longer exists.',
    offline: 'The server does not answer. Check your connection.',
  },
};
