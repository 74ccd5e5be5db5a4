import type { terms as fr } from '../fr/terms.ts';
import type { Texts } from '../texts.ts';

export const terms: Texts<typeof fr> = {
  title: 'Terms of use',
  version: 'Version {{version}}',
  inForce: 'in force since {{date}}',
  download: 'Download the text',
  scroll: 'Text of the terms of use',
  gateTitle: 'Before you continue',
  gateLead: 'Read and accept the terms of use to get to your meetings and your files.',
  gateAgain: 'New terms have just been published. Accept them to carry on where you were.',
  proof: 'Your agreement is stored with the server’s date. This text can be read at any time.',
  accept: 'Accept and confirm',
  signOut: 'Sign out',
  mine: 'You accepted version {{version}} on {{date}}.',
};
