import { pino } from 'pino';
import { beforeAll, expect, it, vi } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { inProcessBus } from '../../bus/in-process.ts';
import type { Db } from '../../db/database.ts';
import { createRoom } from '../rooms/create-room.ts';
import { connect, startHub } from '../test/meeting.ts';
import { recordAttendance, repairAttendance, seenEveryMs, staleMs } from './attendance.ts';
import { codeOf, draft, meetingsOn, monday, person } from './test-meetings.ts';

onEachDatabase((open) => {
  let db: Db;
  beforeAll(async () => {
    db = await open();
  });

  function recorder() {
    const clock = { now: monday };
    const bus = inProcessBus();
    const going: boolean[] = [];
    bus.subscribe('room:sitting', (sitting) => void going.push(sitting.going));
    const attendance = recordAttendance({ db, bus, log: pino({ level: 'silent' }), now: () => clock.now });
    return { attendance, clock, going };
  }
  const past = async (who: Awaited<ReturnType<typeof person>>, before?: string) =>
    meetingsOn(db).meetings.past(who, { limit: 2, before });

  it('R-30 a past meeting tells when it was, how long, and who was there; only who was invited or present sees it', async () => {
    const [amina, karim, lina, omar] = [
      await person(db, 'Amina'),
      await person(db, 'Karim'),
      await person(db, 'Lina'),
      await person(db, 'Omar'),
    ];
    const we = meetingsOn(db);
    const { id } = await we.meetings.schedule(amina, draft({ invitees: [karim.email] }));
    const { attendance, clock, going } = recorder();
    const room = { id, title: 'Conseil' };
    attendance.came(room, { id: 'p1', accountId: amina.accountId, name: 'Amina' });
    clock.now += 60_000;
    attendance.came(room, { id: 'p2', accountId: lina.accountId, name: 'Lina' });
    clock.now += 1000;
    attendance.came(room, { id: 'p3', accountId: null, name: 'Visiteur' });
    clock.now += 60_000;
    attendance.went(id, 'p2');
    attendance.went(id, 'p2');
    await attendance.written();
    expect((await past(amina)).meetings).toEqual([]);
    clock.now += 60_000;
    attendance.came(room, { id: 'p4', accountId: lina.accountId, name: 'Lina' });
    clock.now += 30_000;
    attendance.ended(id);
    attendance.ended(id);
    await attendance.close();
    expect(going).toEqual([true, false]);
    const { meetings, next } = await past(amina);
    expect(next).toBeNull();
    expect(meetings).toMatchObject([
      {
        ...{ roomId: id, title: 'Conseil', ownerName: 'Amina', startedAt: monday, endedAt: monday + 211_000 },
        people: [
          { name: 'Amina', ms: 211_000 },
          { name: 'Lina', ms: 91_000 },
          { name: 'Visiteur', ms: 150_000 },
        ],
      },
    ]);
    expect([await past(karim), await past(lina)].map((page) => page.meetings)).toEqual([meetings, meetings]);
    expect((await past(omar)).meetings).toEqual([]);
    // Who is invited only now was not asked to this one; who is not invited any more was.
    we.clock.now = monday + 3_600_000;
    await we.meetings.edit(amina, id, draft({ invitees: [omar.email] }));
    expect((await past(omar)).meetings).toEqual([]);
    expect((await past(karim)).meetings).toEqual(meetings);
  });

  it('R-30 what was not taken is told again by itself, also when no meeting goes on any more', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const amina = await person(db, 'Amina');
      const { id } = await createRoom(db, amina, { title: 'Seule' });
      const told: string[] = [];
      let isAway = true;
      const attendance = recordAttendance({
        ...{ db, bus: inProcessBus(), log: pino({ level: 'silent' }), now: () => monday },
        tell: async ({ type }) => {
          if (isAway) throw new Error('away');
          told.push(type);
        },
      });
      attendance.came({ id, title: 'Seule' }, { id: 'p', accountId: amina.accountId, name: 'Amina' });
      attendance.ended(id);
      await attendance.written();
      expect(told).toEqual([]);
      isAway = false;
      vi.advanceTimersByTime(seenEveryMs);
      await attendance.close();
      expect(told).toEqual(['meeting.started', 'participant.joined', 'participant.left', 'meeting.ended']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('R-30 past meetings come by pages, the latest first, each once', async () => {
    const amina = await person(db, 'Amina');
    const { id } = await createRoom(db, amina, { title: 'Point' });
    const { attendance, clock } = recorder();
    for (let i = 0; i < 5; i++) {
      // Two of them began at the same moment.
      clock.now = monday + Math.floor(i / 2) * 1000;
      attendance.came({ id, title: `Point ${i}` }, { id: 'p', accountId: amina.accountId, name: 'Amina' });
      attendance.ended(id);
    }
    await attendance.close();
    const seen: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = await past(amina, before);
      seen.push(...page.meetings.map(({ title }) => title));
      if (page.next === null) break;
      before = page.next;
    }
    expect(seen.toSorted()).toEqual(['Point 0', 'Point 1', 'Point 2', 'Point 3', 'Point 4']);
    expect(seen[0]).toBe('Point 4');
    expect(await codeOf(past(amina, "1.x' or 1=1"))).toBe('bad_request');
  });

  it('R-30 what a hub left open when it died ended when it was last seen; what goes on elsewhere goes on', async () => {
    const amina = await person(db, 'Amina');
    const { id } = await createRoom(db, amina, { title: 'Coupée' });
    const { attendance, clock } = recorder();
    attendance.came({ id, title: 'Coupée' }, { id: 'p', accountId: amina.accountId, name: 'Amina' });
    await attendance.close();
    await repairAttendance(db, clock.now + staleMs);
    expect((await past(amina)).meetings).toEqual([]);
    // The next start of a hub, later.
    const later = recordAttendance({
      ...{ db, bus: inProcessBus(), log: pino({ level: 'silent' }) },
      now: () => clock.now + staleMs + 1,
    });
    await later.close();
    expect((await past(amina)).meetings).toMatchObject([
      {
        title: 'Coupée',
        startedAt: monday,
        endedAt: monday,
        people: [{ name: 'Amina', ms: 0 }],
        notes: [],
        boards: [],
      },
    ]);
  });
});

it('R-30 the live room writes who was there', async () => {
  const hub = await startHub();
  const [amina, karim] = [await hub.person('Amina'), await hub.person('Karim')];
  const room = await hub.vroom.createRoom(amina, { title: 'Vraie' });
  const [a, k] = [connect(hub.vroom, amina), connect(hub.vroom, karim)];
  const { seat } = await a.join(room.id);
  await k.join(room.id);
  // The same seat again is the same presence.
  await connect(hub.vroom, amina).join(room.id, seat);
  await k.call('room:leave', {});
  // Who is still there when the hub ends has left with it.
  await hub.vroom.close();
  const rows = await hub.db.selectFrom('attendances').select(['name', 'accountId', 'leftAt']).orderBy('name').execute();
  expect(rows).toEqual([
    { name: 'Amina', accountId: amina.accountId, leftAt: expect.any(Number) },
    { name: 'Karim', accountId: karim.accountId, leftAt: expect.any(Number) },
  ]);
  expect(await hub.db.selectFrom('sittings').select(['roomId', 'title', 'endedAt']).execute()).toEqual([
    { roomId: room.id, title: 'Vraie', endedAt: expect.any(Number) },
  ]);
  await hub.db.destroy();
});
