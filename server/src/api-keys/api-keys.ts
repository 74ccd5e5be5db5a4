import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type ApiKey, type ApiKeyCreate, ApiScope, type NewApiKey } from '@diwan/protocol/api-keys.ts';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';

const most = 100;
/** How exactly the last use is kept, in ms: not each call is a write. */
const usedEvery = 60_000;

/** A key that was shown and stands. */
export interface HeldKey {
  id: string;
  name: string;
  scopes: readonly ApiScope[];
  /** The admin who made it. */
  createdBy: string;
}

/** Keys of other systems: an admin makes and revokes them, and they stand whatever becomes of that admin. */
export interface ApiKeys {
  list(): Promise<ApiKey[]>;
  /** @throws HubError bad_request for an end that is past, conflict when there are too many */
  create(actor: Actor, input: ApiKeyCreate): Promise<NewApiKey>;
  /** For good. @throws HubError not_found */
  revoke(id: string): Promise<void>;
  /** The key of a request. @throws HubError unauthenticated for none, an unknown, an expired or a revoked one: never told apart */
  check(token: string | undefined): Promise<HeldKey>;
  /** Whether what was made with it stands: it is not revoked. */
  stands(id: string): Promise<boolean>;
}

const prefix = 'dwn_';
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

export function openApiKeys({ db, now }: { db: Db; now: () => number }): ApiKeys {
  const live = () =>
    db
      .selectFrom('apiKeys')
      .innerJoin('accounts', 'accounts.id', 'apiKeys.createdBy')
      .selectAll('apiKeys')
      .select('accounts.name as createdByName')
      .where('revokedAt', 'is', null);
  const scopesOf = (scopes: string) => scopes.split(',').map((scope) => ApiScope.parse(scope));
  type Row = Awaited<ReturnType<ReturnType<typeof live>['execute']>>[number];
  const present = ({ id, name, scopes, createdAt, createdByName, expiresAt, lastUsedAt }: Row): ApiKey => ({
    ...{ id, name, createdAt, expiresAt, lastUsedAt },
    scopes: scopesOf(scopes),
    createdBy: createdByName,
  });

  return {
    async list() {
      return (await live().orderBy('apiKeys.createdAt', 'desc').orderBy('apiKeys.id').execute()).map(present);
    },
    async create(actor, { name, scopes, expiresAt }) {
      if (expiresAt !== null && expiresAt <= now()) throw new HubError('bad_request', 'expiresAt: is past');
      const token = prefix + randomBytes(30).toString('base64url');
      const id = randomUUID();
      await db.transaction().execute(async (tx) => {
        const count = await tx
          .selectFrom('apiKeys')
          .select((e) => e.fn.countAll<number>().as('of'))
          .where('revokedAt', 'is', null)
          .executeTakeFirstOrThrow();
        if (Number(count.of) >= most) throw new HubError('conflict', `at most ${most} keys`);
        const never = { lastUsedAt: null, revokedAt: null };
        await tx
          .insertInto('apiKeys')
          .values({
            ...{ id, name, hash: hashOf(token), scopes: [...new Set(scopes)].join(), expiresAt },
            ...{ ...never, createdAt: now(), createdBy: actor.accountId },
          })
          .execute();
      });
      return { key: present(await live().where('apiKeys.id', '=', id).executeTakeFirstOrThrow()), token };
    },
    async revoke(id) {
      const revoked = await db
        .updateTable('apiKeys')
        .set({ revokedAt: now() })
        .where('id', '=', id)
        .where('revokedAt', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (!revoked) throw new HubError('not_found');
    },
    async check(token) {
      if (!token?.startsWith(prefix)) throw new HubError('unauthenticated', 'an API key is asked for');
      const at = now();
      const found = await db
        .selectFrom('apiKeys')
        .select(['id', 'name', 'scopes', 'createdBy', 'lastUsedAt'])
        .where('hash', '=', hashOf(token))
        .where('revokedAt', 'is', null)
        .where((e) => e.or([e('expiresAt', 'is', null), e('expiresAt', '>', at)]))
        .executeTakeFirst();
      if (!found) throw new HubError('unauthenticated', 'no such key');
      const { id, lastUsedAt } = found;
      if (lastUsedAt === null || at - lastUsedAt >= usedEvery)
        await db.updateTable('apiKeys').set({ lastUsedAt: at }).where('id', '=', id).execute();
      return { id, name: found.name, scopes: scopesOf(found.scopes), createdBy: found.createdBy };
    },
    async stands(id) {
      const key = db.selectFrom('apiKeys').select('id').where('id', '=', id).where('revokedAt', 'is', null);
      return (await key.executeTakeFirst()) !== undefined;
    },
  };
}
