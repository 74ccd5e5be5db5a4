import type { Node, SpaceRole } from '@diwan/protocol/ibox.ts';
import type { ReceivedInvitation, ShareRequest, Sharing } from '@diwan/protocol/ibox-shares.ts';
import type { Actor } from '../../identity/actor.ts';
import { acceptInvitation, declineInvitation, listInvitations } from './answer-invitation.ts';
import type { SharesRoom } from './letters.ts';
import { readSharing, removeMember, setRole, withdrawInvitation } from './members.ts';
import { shareFolder } from './share-folder.ts';
import { stopSharing } from './stop-sharing.ts';

/** Folders shared with persons. Each verb's file says what it throws. */
export interface Shares {
  shareFolder(actor: Actor, id: string, request: ShareRequest): Promise<Sharing>;
  readSharing(actor: Actor, spaceId: string): Promise<Sharing>;
  setRole(actor: Actor, spaceId: string, accountId: string, role: SpaceRole): Promise<void>;
  removeMember(actor: Actor, spaceId: string, accountId: string): Promise<void>;
  withdrawInvitation(actor: Actor, spaceId: string, id: string): Promise<void>;
  stopSharing(actor: Actor, spaceId: string): Promise<void>;
  listInvitations(actor: Actor): Promise<ReceivedInvitation[]>;
  acceptInvitation(actor: Actor, id: string): Promise<Node>;
  declineInvitation(actor: Actor, id: string): Promise<void>;
  /** Waits for the mails that are on their way. */
  close(): Promise<void>;
}

export function openShares(deps: Omit<SharesRoom, 'delivering'>): Shares {
  const room: SharesRoom = { ...deps, delivering: new Set() };
  return {
    shareFolder: (actor, id, request) => shareFolder(room, actor, id, request),
    readSharing: (actor, spaceId) => readSharing(room.db, actor, spaceId),
    setRole: (actor, spaceId, accountId, role) => setRole(room, actor, spaceId, accountId, role),
    removeMember: (actor, spaceId, accountId) => removeMember(room, actor, spaceId, accountId),
    withdrawInvitation: (actor, spaceId, id) => withdrawInvitation(room, actor, spaceId, id),
    stopSharing: (actor, spaceId) => stopSharing(room, actor, spaceId),
    listInvitations: (actor) => listInvitations(room.db, actor),
    acceptInvitation: (actor, id) => acceptInvitation(room, actor, id),
    declineInvitation: (actor, id) => declineInvitation(room, actor, id),
    async close() {
      await Promise.all(room.delivering);
    },
  };
}
