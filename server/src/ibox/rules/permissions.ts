import type { Tables } from '../../db/tables.ts';
import type { Actor } from '../../identity/actor.ts';

type Owned = Pick<Tables['spaces'], 'ownerId'>;

/** Who may not read is answered not_found, so that nobody learns which ids exist. */
export const mayRead = (space: Owned, actor: Pick<Actor, 'accountId'>): boolean => space.ownerId === actor.accountId;

export const mayWrite = mayRead;

/** Who may share it, by link or with others. */
export const mayManage = mayRead;

/** Everyone who is told of changes. */
export const readersOf = (space: Owned): string[] => [space.ownerId];
