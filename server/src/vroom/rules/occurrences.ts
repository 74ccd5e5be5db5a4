import { type Occurrence, type Repeat, weekdays } from '@diwan/protocol/vroom-meetings.ts';
import { Temporal } from '@js-temporal/polyfill';

/** When a meeting is, as its organiser planned it. */
export interface Plan {
  /** A WallTime: what the clock of that zone shows at each occurrence. */
  start: string;
  timeZone: string;
  minutes: number;
  repeat: Repeat | null;
}

const dayMs = 86_400_000;
// Days since 1970-01-01, a Thursday, so that a calendar needs no more than whole numbers.
const dayOf = (date: string): number => Date.parse(`${date.slice(0, 10)}T00:00Z`) / dayMs;
const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** The first day that fits from the start on: a weekly meeting planned for another day than its own begins on the next of its days. */
export function firstStart({ start, repeat }: Pick<Plan, 'start' | 'repeat'>): string {
  if (repeat?.frequency !== 'weekly') return start;
  let day = dayOf(start);
  while (!repeat.days.includes(weekdays[weekdayOf(day)] as never)) day++;
  return dateOf(day) + start.slice(10);
}

/** A series without end goes on for so many days. */
const longestDays = 36_525;

/** The days of a plan in order, from a day on. As RFC 5545, section 3.3.10, with weeks that begin on Monday. */
export function* datesOf({ start, repeat }: Pick<Plan, 'start' | 'repeat'>, from = start): Generator<string, void> {
  const first = dayOf(start);
  const earliest = dayOf(from);
  if (repeat === null) {
    if (first >= earliest) yield dateOf(first);
    return;
  }
  const week = (day: number) => Math.floor((day - first + weekdayOf(first)) / 7);
  const fits = (day: number) =>
    repeat.frequency === 'daily'
      ? (day - first) % repeat.every === 0
      : week(day) % repeat.every === 0 && repeat.days.includes(weekdays[weekdayOf(day)] as never);
  const { end } = repeat;
  const last = Math.min(end && 'until' in end ? dayOf(end.until) : Number.POSITIVE_INFINITY, first + longestDays);
  let left = end && 'count' in end ? end.count : Number.POSITIVE_INFINITY;
  // What is counted is counted from its beginning.
  for (let day = left < Number.POSITIVE_INFINITY ? first : Math.max(first, earliest); day <= last && left > 0; day++) {
    if (!fits(day)) continue;
    left--;
    if (day >= earliest) yield dateOf(day);
  }
}

/** Begin of the occurrence of that day. A time that summer time leaves out is as much later, one that comes twice is the first of the two. */
export function startOn({ start, timeZone }: Pick<Plan, 'start' | 'timeZone'>, date: string): Temporal.ZonedDateTime {
  return Temporal.PlainDateTime.from(date + start.slice(10)).toZonedDateTime(timeZone);
}

/** Begin and end of the occurrence of that day. It takes as long as planned, also across a change of the clocks. */
export function occurrenceOn(plan: Plan, date: string): Occurrence {
  const startsAt = startOn(plan, date).epochMilliseconds;
  return { date, startsAt, endsAt: startsAt + plan.minutes * 60_000 };
}

/** Those that are not over at `now`, the one in progress included, at most `most`. */
export function upcoming(plan: Plan, cancelled: ReadonlySet<string>, now: number, most: number): Occurrence[] {
  const found: Occurrence[] = [];
  // No zone is a day away from UTC, and no meeting takes longer than one: what is older needs no zone to be told over.
  const surelyOver = dateOf(Math.floor(now / dayMs) - 3);
  for (const date of datesOf(plan, surelyOver)) {
    if (cancelled.has(date)) continue;
    const occurrence = occurrenceOn(plan, date);
    if (occurrence.endsAt <= now) continue;
    found.push(occurrence);
    if (found.length === most) break;
  }
  return found;
}

/** When the last occurrence ends; null: there is no last one. undefined: there is none at all. */
export function endOf(plan: Plan): number | null | undefined {
  if (plan.repeat !== null && plan.repeat.end === null) return null;
  let last: string | undefined;
  for (const date of datesOf(plan)) last = date;
  return last === undefined ? undefined : occurrenceOn(plan, last).endsAt;
}

export function isDateOf(plan: Plan, date: string): boolean {
  for (const one of datesOf(plan, date)) return one === date;
  return false;
}
