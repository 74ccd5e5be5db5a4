import {
  type Meeting,
  type MeetingDraft,
  type Repeat,
  type Weekday,
  weekdays,
} from '@diwan/protocol/vroom-meetings.ts';

/** A meeting as it stands in the form. */
export interface Plan {
  title: string;
  description: string;
  /** "2026-11-30" */
  date: string;
  /** "10:30" */
  time: string;
  minutes: number;
  timeZone: string;
  frequency: 'never' | Repeat['frequency'];
  every: number;
  days: Weekday[];
  ends: 'never' | 'on' | 'after';
  until: string;
  count: number;
}

/** The zone of this browser. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What the wall of a zone shows at an instant: "2026-11-30T10:30". */
export function wallAt(instant: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    ...{ hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn', timeZone },
  }).formatToParts(instant);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

const dayMs = 86_400_000;
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * dayMs).toISOString().slice(0, 10);
export const weekdayOf = (date: string): Weekday =>
  weekdays[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7] as Weekday;

/** A new one: the next whole or half hour that leaves some minutes to invite. */
export function newPlan(now: number, timeZone: string): Plan {
  const half = 1_800_000;
  const [date = '', time = ''] = wallAt(Math.ceil((now + 600_000) / half) * half, timeZone).split('T');
  return {
    ...{ title: '', description: '', date, time, minutes: 60, timeZone },
    ...{ frequency: 'never', every: 1, days: [weekdayOf(date)], ends: 'never', until: addDays(date, 90), count: 10 },
  };
}

/** As it was planned, to be changed. */
export function planOf({ title, description, start, minutes, timeZone, repeat }: Meeting): Plan {
  const [date = '', time = ''] = start.split('T');
  const blank = { ...newPlan(0, timeZone), days: [weekdayOf(date)], until: addDays(date, 90) };
  const shown = { ...blank, title, description, date, time, minutes, timeZone };
  if (repeat === null) return shown;
  const { frequency, every, end } = repeat;
  return {
    ...{ ...shown, frequency, every },
    ...(repeat.frequency === 'weekly' ? { days: repeat.days } : {}),
    ...(end === null
      ? { ends: 'never' }
      : 'count' in end
        ? { ends: 'after', count: end.count }
        : { ends: 'on', until: end.until }),
  };
}

export type PlanFault = 'title' | 'date' | 'time' | 'days' | 'until';

/** The first thing that is missing or can't be. */
export function planFault(plan: Plan): PlanFault | undefined {
  if (plan.title.trim() === '') return 'title';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(plan.date)) return 'date';
  if (!/^\d{2}:\d{2}$/.test(plan.time)) return 'time';
  if (plan.frequency === 'weekly' && plan.days.length === 0) return 'days';
  if (plan.frequency !== 'never' && plan.ends === 'on' && !(plan.until >= plan.date)) return 'until';
  return undefined;
}

/** What is sent for a plan without fault. */
export function draftOf(plan: Plan, invitees: string[]): MeetingDraft {
  const { title, description, minutes, timeZone } = plan;
  return {
    title,
    description,
    start: `${plan.date}T${plan.time}`,
    minutes,
    timeZone,
    repeat: repeatOf(plan),
    invitees,
  };
}

export function repeatOf({ frequency, every, days, ends, until, count }: Plan): Repeat | null {
  const end = ends === 'never' ? null : ends === 'on' ? { until } : { count };
  if (frequency === 'never') return null;
  if (frequency === 'daily') return { frequency, every, end };
  return { frequency, every, days: weekdays.filter((day) => days.includes(day)), end };
}

export const remindBeforeMs = 5 * 60_000;

export interface Reminder {
  key: string;
  meeting: Meeting;
  startsAt: number;
}

/** The meetings that begin in five minutes or began as much ago, and were not put away. */
export function dueReminders(meetings: readonly Meeting[], dismissed: ReadonlySet<string>, now: number): Reminder[] {
  return meetings.flatMap((meeting) =>
    meeting.upcoming
      .filter(({ startsAt }) => Math.abs(startsAt - now) <= remindBeforeMs)
      .map(({ startsAt }) => ({ key: `${meeting.id} ${startsAt}`, meeting, startsAt }))
      .filter(({ key }) => !dismissed.has(key)),
  );
}
