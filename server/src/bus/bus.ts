import type { Notice } from '@diwan/protocol/notices.ts';
import type { ServerEventData } from '@diwan/protocol/socket.ts';

/** What hubs tell each other. Facts that happened, after their commit; nobody waits for an answer. */
export interface Topics {
  'notice:published': Notice;
  'notice:withdrawn': { id: string };
  'terms:published': { version: number };
  'session:ended': { sessionIds: string[]; reason: ServerEventData<'session:ended'>['reason'] };
  /** From a device that the account was not signed in with before. */
  'session:opened': ServerEventData<'session:opened'> & { accountId: string };
  /** `accountIds`: everyone with access to the space. */
  'space:changed': { spaceId: string; epoch: string; seq: number; accountIds: string[] };
  'node:touched': ServerEventData<'node:touched'> & { accountIds: string[] };
  /** Members or invitations are others now, for these accounts. */
  'shares:changed': { accountIds: string[] };
  /** What is planned or in progress is other than before, for these accounts. */
  'meetings:changed': { accountIds: string[] };
  /** People came together in a room, or the last of them has left. */
  'room:sitting': { roomId: string; going: boolean };
}
export type Topic = keyof Topics;

export interface Bus {
  publish<T extends Topic>(topic: T, message: Topics[T]): void;
  /** @returns the function that ends the subscription */
  subscribe<T extends Topic>(topic: T, listener: (message: Topics[T]) => void): () => void;
}
