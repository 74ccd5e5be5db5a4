import type { SpaceRole } from '@diwan/protocol/ibox.ts';

/** What an actor is in a space: tree/roles.ts finds it out. */
interface Held {
  role: SpaceRole | undefined;
}

/** Who may not read is answered not_found, so that nobody learns which ids exist. */
export const mayRead = ({ role }: Held): boolean => role !== undefined;

export const mayWrite = ({ role }: Held): boolean => role === 'writer' || role === 'manager';

/** Who may share it, by link or with others, and delete for good. */
export const mayManage = ({ role }: Held): boolean => role === 'manager';
