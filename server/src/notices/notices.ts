import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import {
  type Notice,
  type NoticePublish,
  Service,
  Severity as Severities,
  type Severity,
} from '@diwan/protocol/notices.ts';
import type { Bus } from '../bus/bus.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';

/** What the verbs of this room need. */
export interface NoticesRoom {
  db: Db;
  bus: Bus;
  now: () => number;
}

type Row = Pick<Notice, 'id' | 'severity' | 'startsAt' | 'endsAt' | 'publishedAt'> & {
  services: string;
  fr: string;
  ar: string;
  en: string;
};
const present = ({ services, fr, ar, en, id, severity, startsAt, endsAt, publishedAt }: Row): Notice => ({
  ...{ id, severity, startsAt, endsAt, publishedAt },
  services: services.split(',').map((s) => Service.parse(s)),
  text: { fr, ar, en },
});
const weight = (severity: Severity) => Severities.options.indexOf(severity);

/** Announces a maintenance window to everyone: at once to those who are connected, at their next sign-in to the others. */
export async function publishNotice(room: NoticesRoom, actor: Actor, input: NoticePublish): Promise<Notice> {
  const { text, services, ...rest } = input;
  const row = {
    id: randomUUID(),
    ...rest,
    ...text,
    services: [...new Set(services)].join(','),
    publishedAt: room.now(),
  };
  await room.db
    .insertInto('notices')
    .values({ ...row, publishedBy: actor.accountId, withdrawnAt: null })
    .execute();
  const notice = present(row);
  room.bus.publish('notice:published', notice);
  return notice;
}

/** @throws HubError not_found */
export async function withdrawNotice(room: NoticesRoom, id: string): Promise<void> {
  const changed = await room.db
    .updateTable('notices')
    .set({ withdrawnAt: room.now() })
    .where('id', '=', id)
    .where('withdrawnAt', 'is', null)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) throw new HubError('not_found');
  room.bus.publish('notice:withdrawn', { id });
}

/** Those whose window has not ended, most severe first, then the nearest. */
export async function currentNotices(room: NoticesRoom): Promise<Notice[]> {
  const rows = await room.db
    .selectFrom('notices')
    .selectAll()
    .where('withdrawnAt', 'is', null)
    .where('endsAt', '>', room.now())
    .orderBy('startsAt')
    .limit(50)
    .execute();
  return rows.map(present).sort((a, b) => weight(b.severity) - weight(a.severity));
}

/** Every notice that was not withdrawn, newest first. */
export async function listNotices(room: NoticesRoom): Promise<Notice[]> {
  const rows = await room.db
    .selectFrom('notices')
    .selectAll()
    .where('withdrawnAt', 'is', null)
    .orderBy('publishedAt', 'desc')
    .limit(200)
    .execute();
  return rows.map(present);
}
