import type { NoticePublish } from '@diwan/protocol/notices.ts';
import { beforeEach, expect, it } from 'vitest';
import { onEachDatabase } from '../../../test/services/databases.ts';
import type { Topics } from '../bus/bus.ts';
import { inProcessBus } from '../bus/in-process.ts';
import type { Actor } from '../identity/actor.ts';
import { currentNotices, listNotices, type NoticesRoom, publishNotice, withdrawNotice } from './notices.ts';

const admin: Actor = {
  accountId: 'admin',
  sessionId: 's',
  audience: 'web',
  name: 'Admin',
  email: 'a@example.dz',
  role: 'admin',
  language: 'fr',
};
const notice = (more: Partial<NoticePublish> = {}): NoticePublish => ({
  severity: 'info',
  services: ['ibox'],
  startsAt: 2000,
  endsAt: 3000,
  text: { fr: 'Maintenance', ar: 'صيانة', en: 'Maintenance' },
  ...more,
});

onEachDatabase((open) => {
  let room: NoticesRoom;
  let clock: number;
  let told: [string, unknown][];
  beforeEach(async () => {
    clock = 1000;
    told = [];
    room = { db: await open(), bus: inProcessBus(), now: () => clock };
    for (const topic of ['notice:published', 'notice:withdrawn'] satisfies (keyof Topics)[])
      room.bus.subscribe(topic, (message) => told.push([topic, message]));
    const common = {
      role: 'admin',
      language: 'fr',
      status: 'active',
      passwordHash: null,
      createdAt: 0,
      lastLoginAt: null,
    } as const;
    await room.db
      .insertInto('accounts')
      .values({ id: 'admin', email: 'a@example.dz', name: 'Admin', ...common })
      .execute();
  });

  it('R-54 a published notice is told to the connected and kept for the others, until its window has ended', async () => {
    const published = await publishNotice(room, admin, notice({ services: ['ibox', 'vroom', 'ibox'] }));
    expect(published.services).toEqual(['ibox', 'vroom']);
    expect(told).toEqual([['notice:published', published]]);
    expect(await currentNotices(room)).toEqual([published]);
    clock = 2999;
    expect(await currentNotices(room)).toEqual([published]);
    clock = 3000;
    expect(await currentNotices(room)).toEqual([]);
    expect(await listNotices(room)).toEqual([published]);
  });

  it('R-54 the most severe come first, then the nearest', async () => {
    const later = await publishNotice(room, admin, notice({ severity: 'info', startsAt: 2500 }));
    const sooner = await publishNotice(room, admin, notice({ severity: 'info' }));
    const critical = await publishNotice(room, admin, notice({ severity: 'critical', startsAt: 2900 }));
    const warning = await publishNotice(room, admin, notice({ severity: 'warning' }));
    expect((await currentNotices(room)).map((n) => n.id)).toEqual([critical, warning, sooner, later].map((n) => n.id));
  });

  it('a withdrawn notice is gone everywhere, and can be withdrawn once', async () => {
    const { id } = await publishNotice(room, admin, notice());
    await withdrawNotice(room, id);
    expect(told.at(-1)).toEqual(['notice:withdrawn', { id }]);
    expect(await currentNotices(room)).toEqual([]);
    expect(await listNotices(room)).toEqual([]);
    await expect(withdrawNotice(room, id)).rejects.toMatchObject({ code: 'not_found' });
  });
});
