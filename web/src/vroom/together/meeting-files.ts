import type { Node } from '@diwan/protocol/ibox.ts';
import type { ChatFile } from '@diwan/protocol/vroom-chat.ts';
import { type ComponentType, createContext } from 'react';

/** A file of one's own that is to be sent with a message. */
export type ChosenFile = Pick<Node, 'id' | 'name' | 'size' | 'mediaType'>;

/** A file that came with a message. */
export type SentFile = {
  roomId: string;
  number: number;
  /** What is shown is fetched anew when this is another. */
  change: number;
  file: ChatFile;
  /** The one who looks has no account. */
  guest: boolean;
};

/** What the chat needs of files, which are another feature: it is given to it where the pages are joined. */
export type MeetingFiles = {
  Picker: ComponentType<{ onChosen: (file: ChosenFile) => void; onClose: () => void }>;
  Attachment: ComponentType<SentFile>;
};

export const MeetingFilesContext = createContext<MeetingFiles | null>(null);
