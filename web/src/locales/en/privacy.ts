import type { privacy as fr } from '../fr/privacy.ts';
import type { Texts } from '../texts.ts';

export const privacy: Texts<typeof fr> = {
  sign: 'End-to-end encrypted',
  signHint: 'End-to-end encrypted: verify and learn more',
  turnedOn: 'The meeting is now end-to-end encrypted',
  panel: {
    title: 'End-to-end encryption',
    lead: 'Sound and pictures are encrypted in your browser and open only in those of the people here. The server passes them on and can neither see nor hear them.',
    code: 'Code of the meeting',
    computing: 'Computing the code…',
    read: 'Read it aloud: if it is the same for everybody, nobody listens in between. It changes when somebody comes or goes.',
    not: 'What is not protected',
    notChat: 'The server can read chat, polls, notes, the whiteboard and names.',
    notWho: 'The operator sees who is there, when, and who speaks, without hearing what is said.',
    notPages:
      'These pages come from the server: the code reveals a server that listens, not one that would hand out another page.',
    off: 'What is no longer possible',
    offRecording: 'Recording of the meeting by the server.',
    offCodec: 'Pictures are sent in VP8 only.',
    faults: 'What does not open',
    fault: '{{name}}: {{source}}, {{count}} items received and discarded',
    source: { microphone: 'microphone', camera: 'camera', screen: 'screen', 'screen-audio': 'sound of the screen' },
  },
  tile: { waiting: 'Waiting for keys', unreadable: 'Cannot be decrypted' },
  door: {
    on: 'End-to-end encrypted meeting',
    cannot:
      'This browser cannot do end-to-end encryption. Open the meeting in a recent version of Chrome, Edge, Firefox or Safari.',
  },
  option: {
    label: 'Encrypt end to end',
    hint: 'Not even the server can see or hear. Recording is not possible.',
    stays: 'Stays so as long as the meeting lasts. Recording is not possible.',
    title: 'Encrypt the meeting end to end?',
    confirm:
      'Everybody’s sound and picture stop for a moment. Whoever has too old a browser will have to leave. Recording will no longer be possible, and the encryption stays until the end.',
    action: 'Encrypt',
  },
};
