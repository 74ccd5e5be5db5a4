import { type Meeting, MeetingDraft } from '@diwan/protocol/vroom-meetings.ts';
import { expect, it } from 'vitest';
import { draftOf, dueReminders, newPlan, planFault, planOf, remindBeforeMs, wallAt, weekdayOf } from './plan.ts';

const now = Date.UTC(2026, 10, 23, 8, 25);

it('R-30 a new plan is for the next half hour that leaves time to invite, on the wall of its zone', () => {
  expect(newPlan(now, 'Africa/Algiers')).toMatchObject({ date: '2026-11-23', time: '10:00', days: ['MO'] });
  expect(newPlan(now, 'Asia/Tokyo')).toMatchObject({ date: '2026-11-23', time: '18:00' });
  expect(newPlan(Date.UTC(2026, 11, 31, 22, 51), 'Europe/Paris')).toMatchObject({ date: '2027-01-01', time: '00:30' });
  expect(wallAt(Date.UTC(2026, 6, 1, 22, 0), 'Europe/Paris')).toBe('2026-07-02T00:00');
  expect([weekdayOf('2026-11-22'), weekdayOf('2026-11-23')]).toEqual(['SU', 'MO']);
});

it('R-30 what is read back into the form is what was planned, whatever its repetition', () => {
  const base = { ...newPlan(now, 'Europe/Paris'), title: 'Conseil', description: 'Ordre du jour' };
  for (const plan of [
    base,
    { ...base, frequency: 'daily', every: 2, ends: 'on', until: '2027-01-01' },
    { ...base, frequency: 'weekly', days: ['MO', 'TH'], ends: 'after', count: 7 },
    { ...base, frequency: 'weekly', every: 2, days: ['SU'] },
  ] as const) {
    const draft = MeetingDraft.parse(draftOf({ ...plan, days: [...plan.days] }, ['a@example.dz']));
    const known = { id: 'x', ownerId: 'o', ownerName: 'O', encrypted: false };
    const meeting: Meeting = { ...draft, ...known, invited: 1, upcoming: [], present: 0 };
    expect(MeetingDraft.parse(draftOf(planOf(meeting), meeting.invitees))).toEqual(draft);
  }
});

it('R-30 a form says what is missing before anything is sent', () => {
  const good = { ...newPlan(now, 'Europe/Paris'), title: 'Conseil' };
  expect(planFault(good)).toBeUndefined();
  expect(planFault({ ...good, title: ' ' })).toBe('title');
  expect(planFault({ ...good, date: '' })).toBe('date');
  expect(planFault({ ...good, time: '' })).toBe('time');
  expect(planFault({ ...good, frequency: 'weekly', days: [] })).toBe('days');
  expect(planFault({ ...good, frequency: 'daily', ends: 'on', until: '2026-11-22' })).toBe('until');
  expect(planFault({ ...good, frequency: 'never', ends: 'on', until: '2026-11-22' })).toBeUndefined();
});

it('R-30 a meeting is called five minutes before it begins, once, until it is put away', () => {
  const startsAt = now + remindBeforeMs;
  const meeting = { id: 'x', upcoming: [{ date: '2026-11-23', startsAt, endsAt: startsAt + 1 }] } as Meeting;
  expect(dueReminders([meeting], new Set(), now - 1)).toEqual([]);
  const [due] = dueReminders([meeting], new Set(), now);
  expect(due).toMatchObject({ startsAt, meeting: { id: 'x' } });
  expect(dueReminders([meeting], new Set([due?.key ?? '']), now)).toEqual([]);
  expect(dueReminders([meeting], new Set(), startsAt + remindBeforeMs + 1)).toEqual([]);
});
