import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Audience, Session, Tokens } from '@diwan/protocol/identity.ts';
import type { Topics } from '../bus/bus.ts';
import type { Actor } from './actor.ts';
import type { Identity, Origin } from './identity.ts';
import { accessSeconds, readRefreshToken, refreshToken, signAccess } from './tokens.ts';

/** A session that is not used for this long is over (ms). */
export const sessionIdle = 30 * 24 * 3600_000;
/** For this long (ms) the refresh token just replaced is answered again instead of taken for theft: two tabs may race. */
const reuseLeeway = 10_000;

type EndReason = Topics['session:ended']['reason'];

function tokensFor(
  room: Identity,
  session: { id: string; accountId: string; audience: Audience },
  generation: number,
): Tokens {
  const claims = { sub: session.accountId, sid: session.id, gen: generation, aud: session.audience };
  return {
    accessToken: signAccess(room.secrets, claims),
    refreshToken: refreshToken(room.secrets, session.id, generation),
    expiresIn: accessSeconds,
  };
}

/**
 * Opens a session for an account that has proved itself. @param input.passwordHash what it was proved by: one that is changed at the
 * same moment opens nothing. @throws HubError bad_credentials then
 */
export async function openSession(
  room: Identity,
  input: { accountId: string; audience: Audience; label: string; origin: Origin; passwordHash?: string | null },
): Promise<Tokens> {
  const now = room.now();
  const session = { id: randomUUID(), accountId: input.accountId, audience: input.audience };
  await room.db.transaction().execute(async (tx) => {
    const account = tx.updateTable('accounts').set({ lastLoginAt: now }).where('id', '=', input.accountId);
    const proved = await (input.passwordHash ? account.where('passwordHash', '=', input.passwordHash) : account)
      .returning('id')
      .executeTakeFirst();
    if (!proved) throw new HubError('bad_credentials');
    await tx
      .insertInto('sessions')
      .values({
        ...session,
        label: input.label,
        ip: input.origin.ip,
        userAgent: input.origin.userAgent.slice(0, 500),
        createdAt: now,
        lastUsedAt: now,
        generation: 1,
        confirmedAt: now,
        endedAt: null,
      })
      .execute();
  });
  return tokensFor(room, session, 1);
}

/**
 * New tokens for a refresh token. Generation N answers N+1; N dies only when N+1 is first used (`confirmGeneration`), so
 * a lost reply is asked for again. An older one is theft: the whole session ends.
 * @throws HubError unauthenticated
 */
export async function refreshSession(room: Identity, token: string): Promise<Tokens> {
  const { sessionId, generation } = readRefreshToken(room.secrets, token);
  const session = await room.db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.accountId')
    .select([
      'sessions.id',
      'accountId',
      'audience',
      'generation',
      'confirmedAt',
      'lastUsedAt',
      'endedAt',
      'accounts.status',
    ])
    .where('sessions.id', '=', sessionId)
    .executeTakeFirst();
  const now = room.now();
  if (!session || session.endedAt !== null || session.status !== 'active' || session.lastUsedAt < now - sessionIdle)
    throw new HubError('unauthenticated');
  const raced = generation === session.generation - 1 && now - session.confirmedAt < reuseLeeway;
  if (generation < session.generation && !raced) {
    await endSessions(room, [sessionId], 'revoked');
    throw new HubError('unauthenticated', 'refresh token used twice');
  }
  if (generation > session.generation) await confirmGeneration(room, sessionId, generation);
  await room.db.updateTable('sessions').set({ lastUsedAt: now }).where('id', '=', sessionId).execute();
  return tokensFor(room, session, raced ? session.generation : generation + 1);
}

/** An access token of this generation has arrived, so its refresh token has too: the older ones die. */
export async function confirmGeneration(room: Identity, sessionId: string, generation: number): Promise<void> {
  await room.db
    .updateTable('sessions')
    .set({ generation, confirmedAt: room.now() })
    .where('id', '=', sessionId)
    .where('generation', '<', generation)
    .execute();
}

/** Ends sessions at once: HTTP, live sockets and agents. */
export async function endSessions(room: Identity, sessionIds: string[], reason: EndReason): Promise<void> {
  if (sessionIds.length === 0) return;
  await room.db
    .updateTable('sessions')
    .set({ endedAt: room.now() })
    .where('id', 'in', sessionIds)
    .where('endedAt', 'is', null)
    .execute();
  room.bus.publish('session:ended', { sessionIds, reason });
}

/** Ends every session of an account but the one to keep. */
export async function endSessionsOf(
  room: Identity,
  accountId: string,
  reason: EndReason,
  keep?: string,
): Promise<void> {
  const open = await room.db
    .selectFrom('sessions')
    .select('id')
    .where('accountId', '=', accountId)
    .where('endedAt', 'is', null)
    .execute();
  await endSessions(
    room,
    open.map((s) => s.id).filter((id) => id !== keep),
    reason,
  );
}

export async function listSessions(room: Identity, actor: Actor): Promise<Session[]> {
  const rows = await room.db
    .selectFrom('sessions')
    .select(['id', 'audience', 'label', 'ip', 'userAgent', 'createdAt', 'lastUsedAt'])
    .where('accountId', '=', actor.accountId)
    .where('endedAt', 'is', null)
    .where('lastUsedAt', '>', room.now() - sessionIdle)
    .orderBy('lastUsedAt', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, current: row.id === actor.sessionId }));
}

/** @throws HubError not_found for a session that is not the actor's */
export async function revokeSession(room: Identity, actor: Actor, sessionId: string): Promise<void> {
  const own = await room.db
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', sessionId)
    .where('accountId', '=', actor.accountId)
    .where('endedAt', 'is', null)
    .executeTakeFirst();
  if (!own) throw new HubError('not_found');
  await endSessions(room, [sessionId], sessionId === actor.sessionId ? 'logout' : 'revoked');
}
