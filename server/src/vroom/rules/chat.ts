import { HubError } from '@diwan/protocol/errors.ts';
import type { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import { refuseDeed } from './roles.ts';

/** Whose words: `toId` is null where they are to all. */
export interface Words {
  authorId: string;
  toId: string | null;
}

/**
 * Whether these words are for this person's eyes.
 * @param wasThere in the meeting in which they were written, or the room is theirs
 */
export const mayRead = ({ authorId, toId }: Words, personId: string, wasThere: boolean): boolean =>
  toId === null ? wasThere : authorId === personId || toId === personId;

/**
 * Whether the file that came with these words is opened by this person: who may read them. A guest is nobody again once they have left.
 * @param who `wasThere` as above; `isIn`: in that meeting now, in whichever of its rooms
 */
export const mayOpenFile = (
  message: Words & { deletedAt: number | null; fileWithdrawnAt: number | null },
  who: { personId: string; guest: boolean; isIn: boolean; wasThere: boolean },
): boolean =>
  message.deletedAt === null &&
  message.fileWithdrawnAt === null &&
  (who.isIn || !who.guest) &&
  mayRead(message, who.personId, who.wasThere);

/** Why this message, which they may read, may not be edited by this person, if it may not. */
export function refuseToEdit(message: Words & { deletedAt: number | null }, personId: string): HubError | undefined {
  if (message.authorId !== personId) return new HubError('forbidden', 'another’s message');
  return message.deletedAt === null ? undefined : new HubError('not_found', 'deleted');
}

/** Why this message, which they may read, may not be deleted by this person, if it may not. */
export function refuseToDelete(
  message: Words,
  { personId, role }: { personId: string; role: MeetingRole },
): HubError | undefined {
  if (message.authorId === personId) return undefined;
  return message.toId === null ? refuseDeed('delete-message', { role }) : new HubError('forbidden', 'to one person');
}

/** Whether an answer to these words, which its author may read, stays among those who may read them. */
export const mayAnswer = (words: Words, answer: Words): boolean =>
  words.toId === null || (answer.toId !== null && mayRead(words, answer.toId, false));
