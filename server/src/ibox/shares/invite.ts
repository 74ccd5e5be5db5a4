import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { ShareRequest } from '@diwan/protocol/ibox-shares.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { dayMs } from '../rules/limits.ts';
import type { Journal } from '../tree/change-space.ts';
import { readersOf } from '../tree/roles.ts';
import { deliver, type SharesRoom } from './letters.ts';
import { tellMembers } from './mounts.ts';

const validForMs = 30 * dayMs;
/** Of one account within a day: a hub is no sender of mass mail. */
const mostADay = 500;
/** An address that was written to so recently is not written to again. */
const quietMs = 3600_000;

/**
 * Invites by mail address, inside a change of the shared space. Whether anybody has the address is looked up after the answer alone, so
 * that neither the answer nor its time tells.
 * @throws {HubError} too_many_attempts
 */
export async function invite(
  room: SharesRoom,
  tx: Db,
  journal: Journal,
  actor: Actor,
  { people, message }: ShareRequest,
): Promise<void> {
  const { now, space } = journal;
  const spaceId = space.id;
  await tx.deleteFrom('shareInvitations').where('spaceId', '=', spaceId).where('expiresAt', '<=', now).execute();
  const members = await tx
    .selectFrom('members')
    .innerJoin('accounts', 'accounts.id', 'members.accountId')
    .select('accounts.email')
    .where('spaceId', '=', spaceId)
    .execute();
  const isMember = new Set(members.map(({ email }) => email.toLowerCase()));
  const pending = await tx.selectFrom('shareInvitations').selectAll().where('spaceId', '=', spaceId).execute();
  const { sent } = await tx
    .selectFrom('shareInvitations')
    .select((e) => e.fn.countAll<number>().as('sent'))
    .where('invitedBy', '=', actor.accountId)
    .where('invitedAt', '>', now - dayMs)
    .executeTakeFirstOrThrow();
  if (sent + people.length > mostADay) throw new HubError('too_many_attempts', `${mostADay} invitations a day`);

  const wanted = new Map(people.map((person) => [person.email, person.role]));
  const letters: string[] = [];
  for (const [email, role] of wanted) {
    if (isMember.has(email)) continue;
    const before = pending.find((invitation) => invitation.email === email);
    const isQuiet = before !== undefined && before.invitedAt > now - quietMs;
    const invitedAt = isQuiet ? before.invitedAt : now;
    const told = { role, message, invitedBy: actor.accountId, invitedAt, expiresAt: now + validForMs };
    await tx
      .insertInto('shareInvitations')
      .values({ id: randomUUID(), spaceId, email, ...told })
      .onConflict((c) => c.columns(['spaceId', 'email']).doUpdateSet(told))
      .execute();
    if (!isQuiet) letters.push(email);
  }
  tellMembers(journal, await readersOf(tx, spaceId));
  journal.after(() => deliver(room, letters, { from: actor, folder: space.name, message }));
}
