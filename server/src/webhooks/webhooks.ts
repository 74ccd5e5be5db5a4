import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import {
  type NewWebhook,
  type Webhook,
  type WebhookCreate,
  WebhookEvent,
  type WebhookMessage,
  type WebhookPatch,
} from '@diwan/protocol/webhooks.ts';
import type { Logger } from 'pino';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';
import { deliverDue, mostAtOnce } from './deliver.ts';

const most = 20;
/** How often what was not taken is looked for again, in ms. */
const lookEvery = 5000;

/** Other systems that are told what happens here: who they are, and what goes to them. */
export interface Webhooks {
  list(): Promise<Webhook[]>;
  /** @throws HubError conflict when there are too many */
  create(actor: Actor, input: WebhookCreate): Promise<NewWebhook>;
  /** @throws HubError not_found */
  patch(id: string, change: WebhookPatch): Promise<Webhook>;
  /** @throws HubError not_found */
  remove(id: string): Promise<void>;
  /** Sends a test. @throws HubError not_found */
  ping(id: string): Promise<void>;
  /**
   * Writes it down for all who are to hear of it; it is sent from there, in a while at the latest. The same `id` again changes nothing.
   * @throws when the database is away: nothing is written
   */
  tell(id: string, message: WebhookMessage): Promise<void>;
  close(): Promise<void>;
}

/** @param deps.secretOf the key that signs what goes to that webhook: nothing of it is stored */
export function openWebhooks(deps: {
  db: Db;
  log: Logger;
  now: () => number;
  secretOf: (webhookId: string) => Buffer;
}): Webhooks {
  const { db, log, now, secretOf } = deps;
  const closing = new AbortController();
  let sending: Promise<void> | undefined;
  let again = false;

  function send(): void {
    again = true;
    sending ??= (async () => {
      while (again && !closing.signal.aborted) {
        again = false;
        const count = await deliverDue({ db, log, now, secretOf, signal: closing.signal });
        if (count === mostAtOnce) again = true;
      }
    })()
      .catch((error) => log.warn({ err: error }, 'webhooks not sent, will be tried again'))
      .finally(() => {
        sending = undefined;
      });
  }
  const clock = setInterval(send, lookEvery);
  clock.unref();
  send();

  const find = async (id: string): Promise<Webhook> => {
    const [found] = await listWebhooks(db, id);
    if (!found) throw new HubError('not_found');
    return found;
  };
  const write = async (id: string, webhookId: string, message: WebhookMessage) => {
    const row = { body: JSON.stringify(message), createdAt: now(), tries: 0, nextAt: now() };
    await db
      .insertInto('webhookMessages')
      .values({ id, webhookId, ...row })
      .onConflict((c) => c.doNothing())
      .execute();
  };

  return {
    list: () => listWebhooks(db),
    async create(actor, { url, events }) {
      const row = { id: randomUUID(), url, events: [...new Set(events)].join(), createdAt: now(), active: 1 as const };
      await db.transaction().execute(async (tx) => {
        const { count } = await tx
          .selectFrom('webhooks')
          .select((e) => e.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) >= most) throw new HubError('conflict', `at most ${most} webhooks`);
        const never = { lastAt: null, lastOk: null, lastDetail: null };
        await tx
          .insertInto('webhooks')
          .values({ ...row, ...never, createdBy: actor.accountId })
          .execute();
      });
      return { webhook: await find(row.id), secret: `whsec_${secretOf(row.id).toString('base64')}` };
    },
    async patch(id, { active, events }) {
      await find(id);
      const change = {
        ...(active !== undefined && { active: active ? (1 as const) : (0 as const) }),
        ...(events && { events: [...new Set(events)].join() }),
      };
      if (Object.keys(change).length > 0) await db.updateTable('webhooks').set(change).where('id', '=', id).execute();
      return find(id);
    },
    async remove(id) {
      await find(id);
      await db.deleteFrom('webhooks').where('id', '=', id).execute();
    },
    async ping(id) {
      await find(id);
      const data = { roomId: 'test', title: 'Test', meetingId: 'test' };
      await write(`ping_${randomUUID()}`, id, { type: 'ping', timestamp: now(), data });
      send();
    },
    async tell(id, message) {
      const hooks = await db.selectFrom('webhooks').select(['id', 'events']).where('active', '=', 1).execute();
      const to = hooks.filter(({ events }) => events.split(',').includes(message.type));
      for (const hook of to) await write(id, hook.id, message);
      if (to.length > 0) send();
    },
    async close() {
      clearInterval(clock);
      closing.abort();
      await sending;
    },
  };
}

async function listWebhooks(db: Db, id?: string): Promise<Webhook[]> {
  let query = db.selectFrom('webhooks').selectAll().orderBy('createdAt').orderBy('id');
  if (id !== undefined) query = query.where('id', '=', id);
  const rows = await query.execute();
  const counts = await db
    .selectFrom('webhookMessages')
    .select((e) => ['webhookId', e.fn.countAll<number>().as('all'), e.fn.count<number>('nextAt').as('waiting')])
    .groupBy('webhookId')
    .execute();
  const countOf = new Map(counts.map(({ webhookId, ...count }) => [webhookId, count]));
  return rows.map(({ lastAt, lastOk, lastDetail, createdBy: _, ...row }) => {
    const waiting = Number(countOf.get(row.id)?.waiting ?? 0);
    return {
      ...row,
      events: row.events.split(',').map((event) => WebhookEvent.parse(event)),
      active: row.active === 1,
      waiting,
      failed: Number(countOf.get(row.id)?.all ?? 0) - waiting,
      last: lastAt === null ? null : { at: lastAt, ok: lastOk === 1, detail: lastDetail ?? '' },
    };
  });
}
