import type { Repeat } from '@diwan/protocol/vroom-meetings.ts';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Db } from '../../db/database.ts';
import type { Mail } from '../../mail/mailer.ts';
import { personalRoom } from '../rooms/personal-room.ts';
import { viewRoom } from '../rooms/view-room.ts';
import { datesOf, occurrenceOn, type Plan } from '../rules/occurrences.ts';
import { calendarFile } from './calendar-file.ts';
import { codeOf, draft, everyMonday, meetingsOn, monday, person } from './test-meetings.ts';

const eventOf = (mail: Mail | undefined) => {
  const calendar = new ICAL.Component(ICAL.parse(mail?.calendar?.content ?? ''));
  const [event] = calendar.getAllSubcomponents('vevent');
  return {
    method: calendar.getFirstPropertyValue('method'),
    value: (name: string) => event?.getFirstPropertyValue(name)?.toString(),
    all: (name: string) => event?.getAllProperties(name).map((p) => p.getFirstValue()?.toString()),
  };
};

onEachDatabase((open) => {
  let db: Db;
  beforeAll(async () => {
    db = await open();
  });

  it('R-30 a meeting is planned, invites by mail in the language of each, and is seen by who is invited', async () => {
    const [amina, karim, lina] = [await person(db, 'Amina'), await person(db, 'Karim', 'ar'), await person(db, 'Lina')];
    const we = meetingsOn(db);
    const invitees = [karim.email, 'nadia@example.dz', amina.email];
    const made = await we.meetings.schedule(amina, draft({ invitees, description: 'Le budget\n<b>2027</b>' }));
    expect(made).toMatchObject({
      title: 'Conseil',
      invitees: [karim.email, 'nadia@example.dz'],
      invited: 2,
      present: 0,
    });
    expect(made.upcoming).toEqual([
      { date: '2026-11-30', startsAt: Date.UTC(2026, 10, 30, 9, 30), endsAt: Date.UTC(2026, 10, 30, 10, 15) },
    ]);
    expect(we.spent).toEqual([[amina.accountId, 2]]);
    expect(we.told).toEqual([[amina.accountId, karim.accountId]]);

    const mails = await we.sent();
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      [karim.email, 'دعوة: \u2068Conseil\u2069'],
      ['nadia@example.dz', 'Invitation : Conseil'],
    ]);
    const [toKarim, toNadia] = mails;
    expect(toKarim?.html).toContain('<html lang="ar" dir="rtl">');
    expect(toNadia?.text).toContain('Amina vous invite à la réunion « Conseil ».');
    expect(toNadia?.text).toMatch(/lundi 30 novembre 2026, de 10:30 à 11:15 \(.*Africa\/Algiers\)/);
    expect(toNadia?.text).toContain(`https://diwan.test/meet/${made.id}`);
    expect(toNadia?.html).toContain('Le budget<br>&lt;b&gt;2027&lt;/b&gt;');
    const event = eventOf(toNadia);
    expect(event.method).toBe('REQUEST');
    expect([event.value('uid'), event.value('sequence')]).toEqual([`${made.id}@diwan`, '0']);
    expect(event.all('attendee')).toEqual(['MAILTO:nadia@example.dz']);
    expect(event.value('organizer')).toBe(`mailto:${amina.email}`);

    expect(await viewRoom(db, lina, made.id)).toMatchObject({ title: 'Conseil', kind: 'scheduled' });
    expect((await we.meetings.list(amina)).map(({ id }) => id)).toEqual([made.id]);
    const [seen] = await we.meetings.list(karim);
    expect(seen).toMatchObject({ id: made.id, ownerName: 'Amina', invitees: [], invited: 2 });
    expect(await we.meetings.list(lina)).toEqual([]);
    const file = new ICAL.Component(ICAL.parse(await we.meetings.calendar(karim, made.id)));
    expect(file.getFirstPropertyValue('method')).toBe('PUBLISH');
    expect(file.toString()).not.toContain('ATTENDEE');
  });

  it('R-30 nobody else reads, changes or cancels a meeting; who is invited reads it only', async () => {
    const [amina, karim, lina] = [await person(db, 'Amina'), await person(db, 'Karim'), await person(db, 'Lina')];
    const we = meetingsOn(db);
    const { id } = await we.meetings.schedule(amina, draft({ repeat: everyMonday, invitees: [karim.email] }));
    const asks = (who: typeof amina, meetingId = id) => [
      codeOf(we.meetings.view(who, meetingId)),
      codeOf(we.meetings.calendar(who, meetingId)),
      codeOf(we.meetings.edit(who, meetingId, draft({ title: 'Volé' }))),
      codeOf(we.meetings.cancelOccurrence(who, meetingId, '2026-11-30')),
      codeOf(we.meetings.cancel(who, meetingId)),
    ];
    expect(await Promise.all(asks(lina))).toEqual(Array(5).fill('not_found'));
    expect(await Promise.all(asks(amina, "x' or '1'='1"))).toEqual(Array(5).fill('not_found'));
    expect(await Promise.all(asks(karim))).toEqual(['ok', 'ok', 'forbidden', 'forbidden', 'forbidden']);
    expect(await we.meetings.view(amina, id)).toMatchObject({ title: 'Conseil', repeat: everyMonday });
    expect((await we.sent()).length).toBe(1);
  });

  it('R-30 a change tells who stays, invites who is new and tells who is not invited any more; nothing changed, nobody is told', async () => {
    const [amina, karim, lina] = [await person(db, 'Amina'), await person(db, 'Karim'), await person(db, 'Lina')];
    const we = meetingsOn(db);
    const first = draft({ invitees: [karim.email, 'nadia@example.dz'] });
    const { id } = await we.meetings.schedule(amina, first);
    await we.sent();
    we.told.length = 0;
    const later = { ...first, start: '2026-12-01T15:00', invitees: ['nadia@example.dz', lina.email] };
    const changed = await we.meetings.edit(amina, id, later);
    expect(changed).toMatchObject({ start: '2026-12-01T15:00', invited: 2 });
    const mails = await we.sent();
    const about = new Map(mails.map((mail) => [mail.to, eventOf(mail)]));
    expect(mails.length).toBe(3);
    for (const [to, method, status] of [
      [lina.email, 'REQUEST', 'CONFIRMED'],
      ['nadia@example.dz', 'REQUEST', 'CONFIRMED'],
      [karim.email, 'CANCEL', 'CANCELLED'],
    ] as const) {
      const event = about.get(to);
      expect([event?.method, event?.value('status'), event?.value('sequence')]).toEqual([method, status, '1']);
      expect(event?.value('uid')).toBe(`${id}@diwan`);
    }
    expect(about.get('nadia@example.dz')?.value('dtstart')).toBe('2026-12-01T15:00:00');
    expect(new Set(we.told[0])).toEqual(new Set([amina.accountId, karim.accountId, lina.accountId]));
    expect(await we.meetings.list(karim)).toEqual([]);
    expect((await we.meetings.list(lina)).length).toBe(1);

    await we.meetings.edit(amina, id, { ...later, invitees: [...later.invitees, 'omar@example.dz'] });
    expect((await we.sent()).map(({ to }) => to)).toEqual(['omar@example.dz']);
    expect(await codeOf(we.meetings.edit(amina, id, draft({ start: '2026-11-20T10:00' })))).toBe('meeting_past');
    expect((await we.meetings.view(amina, id)).start).toBe('2026-12-01T15:00');
  });

  it('R-30 one occurrence is cancelled alone, all together end the link; calendars are told of both', async () => {
    const [amina, karim] = [await person(db, 'Amina'), await person(db, 'Karim')];
    const we = meetingsOn(db);
    // Planned on a Wednesday for Mondays: it begins on the Monday after.
    const input = draft({ start: '2026-11-25T10:30', repeat: everyMonday, invitees: [karim.email] });
    const { id, start, upcoming } = await we.meetings.schedule(amina, input);
    expect([start, upcoming.slice(0, 2).map(({ date }) => date)]).toEqual([
      '2026-11-30T10:30',
      ['2026-11-30', '2026-12-07'],
    ]);
    await we.sent();
    const cancel = (date: string) => codeOf(we.meetings.cancelOccurrence(amina, id, date));
    expect(await cancel('2026-12-07')).toBe('ok');
    expect([await cancel('2026-12-07'), await cancel('2026-12-08')]).toEqual(['not_found', 'not_found']);
    const [one] = await we.sent();
    expect(one?.subject).toBe('Séance annulée : Conseil');
    const event = eventOf(one);
    expect([event.method, event.value('recurrence-id'), event.value('dtstart')]).toEqual([
      'CANCEL',
      '2026-12-07T10:30:00',
      '2026-12-07T10:30:00',
    ]);
    expect((await we.meetings.view(karim, id)).upcoming.slice(0, 2).map(({ date }) => date)).toEqual([
      '2026-11-30',
      '2026-12-14',
    ]);
    await we.meetings.edit(amina, id, { ...input, title: 'Conseil élargi' });
    const [again] = await we.sent();
    expect(eventOf(again).all('exdate')).toEqual(['2026-12-07T10:30:00']);

    await we.meetings.cancel(amina, id);
    expect(we.ended).toEqual([id]);
    expect(eventOf((await we.sent())[0]).method).toBe('CANCEL');
    expect(await we.meetings.list(amina)).toEqual([]);
    expect(await codeOf(we.meetings.view(amina, id))).toBe('not_found');
    expect(await codeOf(viewRoom(db, karim, id))).toBe('room_not_found');
  });

  it('R-30 the list is sorted by the next occurrence and forgets what is over; a mail that fails loses nothing', async () => {
    const amina = await person(db, 'Amina');
    const we = meetingsOn(db);
    we.post.works = false;
    const once = await we.meetings.schedule(amina, draft({ title: 'Une fois', invitees: ['nadia@example.dz'] }));
    const daily = { frequency: 'daily', every: 1, end: { count: 3 } } as const;
    await we.meetings.schedule(amina, draft({ title: 'Trois jours', start: '2026-11-24T09:00', repeat: daily }));
    await we.meetings.schedule(amina, draft({ title: 'Lundis', start: '2026-11-23T18:00', repeat: everyMonday }));
    const titles = async () => (await we.meetings.list(amina)).map(({ title }) => title);
    expect(await titles()).toEqual(['Lundis', 'Trois jours', 'Une fois']);
    we.clock.now = monday + 16 * 3_600_000;
    expect(await titles()).toEqual(['Trois jours', 'Une fois', 'Lundis']);
    we.clock.now = (once.upcoming[0]?.endsAt ?? 0) - 1;
    expect(await titles()).toEqual(['Une fois', 'Lundis']);
    we.clock.now += 1;
    expect(await titles()).toEqual(['Lundis']);
    expect(await we.sent()).toEqual([]);
    expect(await codeOf(we.meetings.schedule(amina, draft({ start: '2026-11-23T06:00' })))).toBe('meeting_past');
  });

  it('R-30 everyone has one personal room, however often it is asked for at once', async () => {
    const [amina, karim] = [await person(db, 'Amina'), await person(db, 'كريم', 'ar')];
    const all = await Promise.all(Array.from({ length: 5 }, () => personalRoom(db, amina)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all[0]).toMatchObject({ title: 'Salle de Amina', kind: 'personal', ownerId: amina.accountId });
    const other = await personalRoom(db, karim);
    expect([other.title, other.id === all[0]?.id]).toEqual(['غرفة كريم', false]);
  });
});

it('R-30 whatever is typed, another library reads the calendar file back as it was meant', () => {
  const text = fc.string({ unit: 'binary', maxLength: 120 }).map((s) => s.replace(/[\p{Cc}\p{Cs}]/gu, ' '));
  const zone = fc.constantFrom('Europe/Paris', 'Africa/Algiers', 'Asia/Calcutta', 'America/Sao_Paulo', 'UTC');
  const repeat = fc.constantFrom<(Repeat | null)[]>(
    null,
    everyMonday,
    { frequency: 'daily', every: 2, end: { until: '2027-04-01' } },
    { frequency: 'weekly', every: 2, days: ['MO', 'TH'], end: { count: 30 } },
  );
  fc.assert(
    fc.property(text, text, text, zone, repeat, (title, description, ownerName, timeZone, rule) => {
      const plan = { start: '2026-11-30T10:30', timeZone, minutes: 45, repeat: rule };
      const meeting = {
        ...plan,
        id: 'abc',
        title,
        description,
        ownerId: 'o',
        ownerName,
        sequence: 3,
        encrypted: false,
      };
      const file = calendarFile(
        { ...meeting, cancelledDates: new Set(rule === everyMonday ? ['2026-12-07', '2026-12-08'] : []) },
        { organiserEmail: 'amina@example.dz', link: 'https://diwan.test/meet/abc', now: monday },
        { method: 'REQUEST', to: 'nadia@example.dz' },
      );
      for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      const calendar = new ICAL.Component(ICAL.parse(file));
      const [component] = calendar.getAllSubcomponents('vevent');
      if (!component) throw new Error('no event');
      const zoneOf = calendar.getFirstSubcomponent('vtimezone');
      if (zoneOf) ICAL.TimezoneService.register(zoneOf);
      const event = new ICAL.Event(component);
      expect(event.summary).toBe(title);
      expect(event.description).toBe([description, 'https://diwan.test/meet/abc'].filter((t) => t !== '').join('\n\n'));
      expect(event.sequence).toBe(3);
      const times: number[] = [];
      if (rule === null) times.push(event.startDate.toJSDate().getTime());
      else {
        const iterator = event.iterator();
        for (let next = iterator.next(); next && times.length < 30; next = iterator.next())
          times.push(next.toJSDate().getTime());
      }
      expect(times).toEqual(startsOf(plan, rule === everyMonday ? ['2026-12-07'] : []));
      expect(component.getFirstPropertyValue('dtstamp')?.toString()).toBe('2026-11-23T07:00:00Z');
    }),
    { numRuns: 60 },
  );
});

/** The first thirty by the rule itself, which its own properties prove. */
function startsOf(plan: Plan, cancelled: string[]): number[] {
  const starts: number[] = [];
  for (const date of datesOf(plan)) {
    if (!cancelled.includes(date)) starts.push(occurrenceOn(plan, date).startsAt);
    if (starts.length === 30) break;
  }
  return starts;
}
