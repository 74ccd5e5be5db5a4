import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import type { Db } from '../db/database.ts';
import { withLease } from '../db/lease.ts';

/** How many messages one look takes up for each webhook. */
export const mostAtOnce = 100;
/** Who answers slowly has so long in one look, in ms: the others wait for its end. */
const longest = 15_000;
/** How long the other side has to answer, in ms. */
const patience = 10_000;
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
/** From one try to the next, in ms, each up to a tenth longer so that a hub which was away is not told all at once; then it is given up. */
const pauses = [5000, 30_000, 2 * minute, 10 * minute, hour, 3 * hour, 6 * hour, 12 * hour];
/** What was given up is kept for so long, in ms, so that people see it. */
const keptFor = 30 * day;

interface Deps {
  db: Db;
  log: Logger;
  now: () => number;
  secretOf: (webhookId: string) => Buffer;
  signal: AbortSignal;
}
interface Due {
  id: string;
  webhookId: string;
  url: string;
  body: string;
  tries: number;
}

/** Sends what is due, to each webhook one after another and to all of them at once; one hub at a time. @returns how many the busiest of them had */
export async function deliverDue(deps: Deps): Promise<number> {
  const { db, now } = deps;
  const waiting = () => due(db, now()).select('m.webhookId').distinct().execute();
  if ((await waiting()).length === 0) return 0;
  const tried = await withLease(db, 'webhooks', async () => {
    await db
      .deleteFrom('webhookMessages')
      .where('nextAt', 'is', null)
      .where('createdAt', '<', now() - keptFor)
      .execute();
    // Each has its own share: one that waits for thousands takes nothing from the others.
    const counts = await Promise.all((await waiting()).map(({ webhookId }) => deliverTo(deps, webhookId)));
    return Math.max(0, ...counts);
  });
  return tried ?? 0;
}

/** A test goes to a webhook that is switched off too: one tries it before switching it on. */
const due = (db: Db, now: number) =>
  db
    .selectFrom('webhookMessages as m')
    .innerJoin('webhooks', 'webhooks.id', 'm.webhookId')
    .where('m.nextAt', '<=', now)
    .where((e) => e.or([e('webhooks.active', '=', 1), e('m.id', 'like', 'ping%')]));

async function deliverTo(deps: Deps, webhookId: string): Promise<number> {
  const queue: Due[] = await due(deps.db, deps.now())
    .select(['m.id', 'm.webhookId', 'm.body', 'm.tries', 'webhooks.url'])
    .where('m.webhookId', '=', webhookId)
    .orderBy('m.createdAt')
    .orderBy('m.id')
    .limit(mostAtOnce)
    .execute();
  await deliverQueue(deps, queue);
  return queue.length;
}

async function deliverQueue(deps: Deps, queue: Due[]): Promise<void> {
  const until = performance.now() + longest;
  for (const message of queue) {
    if (deps.signal.aborted || performance.now() > until) return;
    const said = await post(deps, message);
    // Stopped in the middle: nobody knows whether it was taken, and it is sent again.
    if (deps.signal.aborted) return;
    await note(deps, message, said);
    // Who does not take this one is left alone until it is tried again: the rest of the queue would only time out one by one.
    if (!said.ok && said.isAway) {
      await postpone(deps, message);
      return;
    }
  }
}

interface Said {
  ok: boolean;
  /** It could not be reached at all. */
  isAway: boolean;
  /** An HTTP status or what kept it from arriving. */
  detail: string;
}

async function post({ secretOf, now, signal }: Deps, { id, webhookId, url, body }: Due): Promise<Said> {
  const timestamp = Math.floor(now() / 1000);
  const signature = createHmac('sha256', secretOf(webhookId)).update(`${id}.${timestamp}.${body}`).digest('base64');
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Diwan-Webhooks',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': `v1,${signature}`,
      },
      // What an admin wrote down is where it goes, and nowhere else.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    });
    await answer.body?.cancel();
    return { ok: answer.ok, isAway: false, detail: String(answer.status) };
  } catch (error) {
    const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    return { ok: false, isAway: true, detail: name === 'TimeoutError' ? 'timeout' : (cause?.code ?? name) };
  }
}

async function note({ db, log, now }: Deps, { id, webhookId, tries }: Due, said: Said): Promise<void> {
  const at = now();
  const pause = pauses[tries];
  const own = { id, webhookId };
  await db.transaction().execute(async (tx) => {
    const last = { lastAt: at, lastOk: said.ok ? (1 as const) : (0 as const), lastDetail: said.detail };
    await tx.updateTable('webhooks').set(last).where('id', '=', webhookId).execute();
    if (said.ok) {
      await tx.deleteFrom('webhookMessages').where('id', '=', id).where('webhookId', '=', webhookId).execute();
      return;
    }
    const nextAt = pause === undefined ? null : at + Math.round(pause * (1 + Math.random() / 10));
    await tx
      .updateTable('webhookMessages')
      .set({ tries: tries + 1, nextAt })
      .where('id', '=', id)
      .where('webhookId', '=', webhookId)
      .execute();
  });
  if (!said.ok) {
    if (pause === undefined) log.warn({ ...own, detail: said.detail }, 'webhook given up');
    else log.info({ ...own, detail: said.detail, tries: tries + 1 }, 'webhook not taken, will be sent again');
  }
}

/** What waits for the same webhook waits with the one that could not be sent; it has not been tried. */
async function postpone({ db, now }: Deps, { webhookId, tries }: Due): Promise<void> {
  await db
    .updateTable('webhookMessages')
    .set({ nextAt: now() + (pauses[Math.min(tries, 2)] as number) })
    .where('webhookId', '=', webhookId)
    .where('nextAt', '<=', now())
    .execute();
}
