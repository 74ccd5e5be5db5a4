import { HubError } from '@diwan/protocol/errors.ts';
import type { Actor } from './actor.ts';
import type { Identity } from './identity.ts';
import { confirmGeneration, sessionIdle } from './sessions.ts';
import { verifyAccess } from './tokens.ts';

/** A session's standing is looked up again after this long (ms); ending one is told by the bus and seen at once. */
const cacheFor = 3000;
/** How often (ms) "last used" is written. */
const touchEvery = 60_000;

export interface Authenticator {
  /** The actor behind an access token. @throws HubError unauthenticated, token_expired, account_suspended */
  authenticate(accessToken: string | undefined): Promise<Actor>;
  /** Checks that a live connection's session still stands. @throws as above */
  stillValid(actor: Actor): Promise<Actor>;
}

/** Sessions checked on every HTTP call and socket event, remembered for a moment. */
export function createAuthenticator(room: Identity): Authenticator {
  type Entry = { actor: Actor; generation: number; lastUsedAt: number; readAt: number };
  const sessions = new Map<string, Entry>();
  room.bus.subscribe('session:ended', ({ sessionIds }) => {
    for (const id of sessionIds) sessions.delete(id);
  });

  async function load(sessionId: string): Promise<Entry> {
    const now = room.now();
    const cached = sessions.get(sessionId);
    if (cached && Math.abs(now - cached.readAt) < cacheFor) return cached;
    sessions.delete(sessionId);
    const row = await room.db
      .selectFrom('sessions')
      .innerJoin('accounts', 'accounts.id', 'sessions.accountId')
      .select([
        'accountId',
        'audience',
        'generation',
        'lastUsedAt',
        'endedAt',
        'name',
        'email',
        'role',
        'language',
        'status',
      ])
      .where('sessions.id', '=', sessionId)
      .executeTakeFirst();
    if (!row || row.endedAt !== null || row.lastUsedAt < now - sessionIdle) throw new HubError('unauthenticated');
    if (row.status !== 'active') throw new HubError('account_suspended');
    const { accountId, audience, name, email, role, language } = row;
    const entry: Entry = {
      actor: { accountId, sessionId, audience, name, email, role, language },
      generation: row.generation,
      lastUsedAt: row.lastUsedAt,
      readAt: now,
    };
    // The map is bounded by dropping the entry that was read longest ago.
    if (sessions.size >= 50_000) sessions.delete(sessions.keys().next().value as string);
    sessions.set(sessionId, entry);
    return entry;
  }

  return {
    async authenticate(accessToken) {
      if (!accessToken) throw new HubError('unauthenticated');
      const claims = verifyAccess(room.secrets, accessToken);
      const entry = await load(claims.sid);
      if (claims.aud !== entry.actor.audience || claims.sub !== entry.actor.accountId)
        throw new HubError('unauthenticated');
      if (claims.gen > entry.generation) {
        await confirmGeneration(room, claims.sid, claims.gen);
        entry.generation = claims.gen;
      }
      const now = room.now();
      if (now - entry.lastUsedAt > touchEvery) {
        entry.lastUsedAt = now;
        await room.db.updateTable('sessions').set({ lastUsedAt: now }).where('id', '=', claims.sid).execute();
      }
      return entry.actor;
    },
    stillValid: async (actor) => (await load(actor.sessionId)).actor,
  };
}
