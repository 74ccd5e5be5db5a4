import type { NodeLock } from '@diwan/protocol/ibox.ts';
import type { ActivityPage } from '@diwan/protocol/ibox-activity.ts';
import type * as contract from '@diwan/protocol/ibox-social.ts';
import type { Actor } from '../../identity/actor.ts';
import { nodeActivity, type Page, spaceActivity } from '../activity/read-activity.ts';
import { lockNode, unlockNode } from '../locks/node-locks.ts';
import type { Deps } from '../tree/change-space.ts';
import { addComment, deleteComment, editComment, listComments } from './comments.ts';
import { addFavourite, listFavourites, removeFavourite } from './favourites.ts';

/** What stands beside the files: what was done, said, marked and locked. Each verb's file says what it throws. */
export interface Social {
  nodeActivity(actor: Actor, id: string, page: Page): Promise<ActivityPage>;
  spaceActivity(actor: Actor, spaceId: string, page: Page): Promise<ActivityPage>;
  listComments(actor: Actor, nodeId: string, page: Page): Promise<contract.CommentPage>;
  addComment(actor: Actor, nodeId: string, comment: contract.CommentWrite): Promise<contract.Comment>;
  editComment(actor: Actor, id: number, comment: contract.CommentWrite): Promise<contract.Comment>;
  deleteComment(actor: Actor, id: number): Promise<void>;
  addFavourite(actor: Actor, nodeId: string): Promise<void>;
  removeFavourite(actor: Actor, nodeId: string): Promise<void>;
  listFavourites(actor: Actor): Promise<contract.Favourites>;
  lock(actor: Actor, nodeId: string, wanted: contract.NodeLockRequest): Promise<NodeLock>;
  unlock(actor: Actor, nodeId: string): Promise<void>;
}

export const openSocial = (room: Deps): Social => ({
  nodeActivity: (actor, id, page) => nodeActivity(room.db, actor, id, page),
  spaceActivity: (actor, spaceId, page) => spaceActivity(room.db, actor, spaceId, page),
  listComments: (actor, nodeId, page) => listComments(room.db, actor, nodeId, page),
  addComment: (actor, nodeId, comment) => addComment(room, actor, nodeId, comment),
  editComment: (actor, id, comment) => editComment(room, actor, id, comment),
  deleteComment: (actor, id) => deleteComment(room, actor, id),
  addFavourite: (actor, nodeId) => addFavourite(room, actor, nodeId),
  removeFavourite: (actor, nodeId) => removeFavourite(room, actor, nodeId),
  listFavourites: (actor) => listFavourites(room.db, actor),
  lock: (actor, nodeId, wanted) => lockNode(room, actor, nodeId, wanted),
  unlock: (actor, nodeId) => unlockNode(room, actor, nodeId),
});
