import { type Repeat, weekdays } from '@diwan/protocol/vroom-meetings.ts';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, it } from 'vitest';
import { datesOf, endOf, firstStart, isDateOf, occurrenceOn, type Plan, upcoming } from './occurrences.ts';

const zones = ['Europe/Paris', 'Africa/Algiers', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];

const date = fc
  .integer({ min: Date.UTC(2024, 0, 1) / 86_400_000, max: Date.UTC(2031, 0, 1) / 86_400_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
const clock = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minute) => {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
});
const end = fc.oneof(
  fc.constant(null),
  fc.record({ count: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ until: date }),
);
const repeat: fc.Arbitrary<Repeat> = fc.oneof(
  fc.record({ frequency: fc.constant('daily' as const), every: fc.integer({ min: 1, max: 30 }), end }),
  fc.record({
    frequency: fc.constant('weekly' as const),
    every: fc.integer({ min: 1, max: 5 }),
    days: fc.subarray([...weekdays], { minLength: 1 }),
    end,
  }),
);
const plan: fc.Arbitrary<Plan> = fc
  .record({
    start: fc.tuple(date, clock).map(([day, time]) => `${day}T${time}`),
    timeZone: fc.constantFrom(...zones),
    minutes: fc.integer({ min: 5, max: 24 * 60 }),
    repeat: fc.option(repeat),
  })
  .map((drawn) => ({ ...drawn, start: firstStart(drawn) }));

const some = <T>(values: Iterable<T>, most = 80): T[] => {
  const taken: T[] = [];
  for (const value of values) {
    if (taken.length === most) break;
    taken.push(value);
  }
  return taken;
};

/** What the wall shows at an instant, by the browser's and Node's own calendar (ICU). */
const wallAt = (instant: number, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone })
    .format(instant)
    .replace(' ', 'T');

/** The same by Mozilla's library. */
function byRule({ start, repeat: rule }: Plan): string[] {
  const [year, month, day, hour, minute] = start.split(/[-T:]/).map(Number);
  const from = ICAL.Time.fromData({ year, month, day, hour, minute, second: 0 } as never);
  if (rule === null) return [from.toString()];
  const text = [
    `FREQ=${rule.frequency.toUpperCase()}`,
    `INTERVAL=${rule.every}`,
    ...(rule.frequency === 'weekly' ? [`BYDAY=${rule.days.join(',')}`, 'WKST=MO'] : []),
    ...(rule.end === null
      ? []
      : 'count' in rule.end
        ? [`COUNT=${rule.end.count}`]
        : [`UNTIL=${rule.end.until.replaceAll('-', '')}T235959`]),
  ];
  const iterator = ICAL.Recur.fromString(text.join(';')).iterator(from);
  const times: string[] = [];
  for (let time = iterator.next(); time && times.length < 80; time = iterator.next()) times.push(time.toString());
  return times;
}

it('R-30 a series has the days that another library computes from the same rule', () => {
  fc.assert(
    fc.property(plan, (drawn) => {
      expect(some(datesOf(drawn)).map((day) => day + drawn.start.slice(10))).toEqual(
        byRule(drawn).map((time) => time.slice(0, 16)),
      );
    }),
    { numRuns: 300 },
  );
});

it('R-30 every occurrence shows the planned time on the wall, or as much later as summer time skips; it takes as long as planned', () => {
  fc.assert(
    fc.property(plan, (drawn) => {
      for (const day of some(datesOf(drawn), 30)) {
        const { startsAt, endsAt } = occurrenceOn(drawn, day);
        expect(endsAt - startsAt).toBe(drawn.minutes * 60_000);
        const planned = day + drawn.start.slice(10);
        const shown = wallAt(startsAt, drawn.timeZone);
        // Skipped hours: no instant within a day shows the planned time.
        if (shown !== planned)
          for (let at = startsAt - 12 * 3_600_000; at < startsAt + 12 * 3_600_000; at += 60_000)
            expect(wallAt(at, drawn.timeZone)).not.toBe(planned);
      }
    }),
    { numRuns: 60 },
  );
});

it('R-30 the local time stays across summer time in Paris, and over the year’s end in Algiers', () => {
  const weekly: Plan = {
    start: '2026-03-23T10:30',
    timeZone: 'Europe/Paris',
    minutes: 30,
    repeat: { frequency: 'weekly', every: 1, days: ['MO'], end: { count: 2 } },
  };
  const iso = (plan: Plan) => some(datesOf(plan)).map((d) => new Date(occurrenceOn(plan, d).startsAt).toISOString());
  expect(iso(weekly)).toEqual(['2026-03-23T09:30:00.000Z', '2026-03-30T08:30:00.000Z']);
  expect(iso({ ...weekly, timeZone: 'Africa/Algiers' })).toEqual([
    '2026-03-23T09:30:00.000Z',
    '2026-03-30T09:30:00.000Z',
  ]);
  const daily = { frequency: 'daily', every: 1, end: { until: '2027-01-01' } } as const;
  expect(iso({ ...weekly, start: '2026-12-30T23:45', timeZone: 'Africa/Algiers', repeat: daily })).toEqual([
    '2026-12-30T22:45:00.000Z',
    '2026-12-31T22:45:00.000Z',
    '2027-01-01T22:45:00.000Z',
  ]);
  // 02:30 does not exist on 29 March, and exists twice on 25 October.
  const once = { ...weekly, repeat: null };
  expect(iso({ ...once, start: '2026-03-29T02:30' })).toEqual(['2026-03-29T01:30:00.000Z']);
  expect(iso({ ...once, start: '2026-10-25T02:30' })).toEqual(['2026-10-25T00:30:00.000Z']);
  // A leap day is a day.
  expect(some(datesOf({ start: '2028-02-28T09:00', repeat: { ...daily, end: { count: 3 } } }))).toEqual([
    '2028-02-28',
    '2028-02-29',
    '2028-03-01',
  ]);
});

it('R-30 what comes is what is not over and not cancelled, in order, wherever one begins to look', () => {
  fc.assert(
    fc.property(plan, fc.nat(1500), fc.nat(40), (drawn, later, skip) => {
      const days = some(datesOf(drawn), 400);
      const now = occurrenceOn(drawn, drawn.start.slice(0, 10)).startsAt + later * 3_600_000;
      const cancelled = new Set(days.filter((_, i) => i % 41 === skip));
      const expected = days
        .filter((day) => !cancelled.has(day))
        .map((day) => occurrenceOn(drawn, day))
        .filter(({ endsAt }) => endsAt > now);
      expect(upcoming(drawn, cancelled, now, 5)).toEqual(expected.slice(0, 5));
    }),
    { numRuns: 60 },
  );
});

it('R-30 a plan knows its last end and its days', () => {
  fc.assert(
    fc.property(plan, date, (drawn, day) => {
      const days = some(datesOf(drawn), 20_000);
      const isEndless = drawn.repeat !== null && drawn.repeat.end === null;
      const last = days.at(-1);
      expect(endOf(drawn)).toBe(isEndless ? null : last && occurrenceOn(drawn, last).endsAt);
      expect(isDateOf(drawn, day)).toBe(days.includes(day));
    }),
    { numRuns: 60 },
  );
});

it('R-30 no plan takes long to look through, whatever its dates', () => {
  const plans: Plan[] = [
    {
      ...{ start: '0001-01-01T00:00', timeZone: 'UTC', minutes: 5 },
      repeat: { frequency: 'daily', every: 1, end: null },
    },
    {
      ...{ start: '1930-01-01T00:00', timeZone: 'UTC', minutes: 5 },
      repeat: { frequency: 'weekly', every: 12, days: ['SU'], end: { count: 1000 } },
    },
    {
      ...{ start: '2026-01-01T00:00', timeZone: 'UTC', minutes: 5 },
      repeat: { frequency: 'daily', every: 30, end: { until: '9999-12-31' } },
    },
  ];
  const steps = plans.map((drawn) => [...datesOf(drawn)].length);
  expect(Math.max(...steps)).toBeLessThan(40_000);
  expect(isDateOf(plans[2] as Plan, '9999-12-31')).toBe(false);
});
