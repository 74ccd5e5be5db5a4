import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { ReceivedInvitation } from '@diwan/protocol/ibox-shares.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { type Deps, lockSpaces } from '../tree/change-space.ts';
import { freeName } from '../tree/free-name.ts';
import { listSpaces } from '../tree/list-spaces.ts';
import { isId, presentedNode } from '../tree/node-rows.ts';
import { readersOf } from '../tree/roles.ts';
import { addMount, tellMembers } from './mounts.ts';

/** What the actor is invited to, the latest first. */
export async function listInvitations(db: Db, actor: Actor): Promise<ReceivedInvitation[]> {
  return (await invitationsTo(db, actor).execute()).map(({ spaceId: _space, invitedBy: _by, ...shown }) => shown);
}

const invitationsTo = (db: Db, actor: Actor) =>
  db
    .selectFrom('shareInvitations')
    .innerJoin('spaces', 'spaces.id', 'shareInvitations.spaceId')
    .innerJoin('accounts', 'accounts.id', 'shareInvitations.invitedBy')
    .select(['shareInvitations.id', 'spaces.name', 'accounts.name as from', 'shareInvitations.role', 'message'])
    .select(['invitedAt', 'expiresAt', 'shareInvitations.spaceId', 'invitedBy'])
    .where('shareInvitations.email', '=', actor.email.toLowerCase())
    .where('expiresAt', '>', Date.now())
    .orderBy('invitedAt', 'desc');

async function invitationTo(db: Db, actor: Actor, id: string) {
  const found = isId(id)
    ? await invitationsTo(db, actor).where('shareInvitations.id', '=', id).executeTakeFirst()
    : undefined;
  if (!found) throw new HubError('not_found');
  return found;
}

/**
 * Takes part in a shared space: it shows in the root of the actor's own from now on.
 * @returns the folder in which it shows
 * @throws {HubError} not_found, also when it was withdrawn or ran out
 */
export async function acceptInvitation(deps: Deps, actor: Actor, id: string): Promise<Node> {
  const { spaceId } = await invitationTo(deps.db, actor, id);
  const [personal] = await listSpaces(deps.db, actor);
  if (!personal) throw new HubError('not_found');
  return lockSpaces(deps, actor, [personal.id, spaceId], async (tx, journals) => {
    const { role, invitedBy } = await invitationTo(tx, actor, id);
    await tx.deleteFrom('shareInvitations').where('id', '=', id).execute();
    const { accountId } = actor;
    const own = journals(personal.id);
    const shared = journals(spaceId);
    await tx.insertInto('members').values({ spaceId, accountId, role, since: own.now, invitedBy }).execute();
    const name = await freeName(tx, personal.rootId, shared.space.name);
    const mounted = { spaceId, parentId: personal.rootId, name, changedBy: accountId };
    const mountId = await addMount(tx, own, mounted, 'joined');
    shared.tell({
      verb: 'joined',
      node: { id: shared.space.rootId, name: shared.space.name, parentId: null },
      about: actor.name,
    });
    tellMembers(shared, await readersOf(tx, spaceId));
    return presentedNode(tx, mountId);
  });
}

/** @throws {HubError} not_found */
export async function declineInvitation(deps: Deps, actor: Actor, id: string): Promise<void> {
  const { spaceId } = await invitationTo(deps.db, actor, id);
  await lockSpaces(deps, actor, [spaceId], async (tx, journals) => {
    await invitationTo(tx, actor, id);
    await tx.deleteFrom('shareInvitations').where('id', '=', id).execute();
    tellMembers(journals(spaceId), [...(await readersOf(tx, spaceId)), actor.accountId]);
  });
}
