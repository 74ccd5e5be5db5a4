import { Temporal } from '@js-temporal/polyfill';
import ical, { ICalCalendarMethod, ICalEventRepeatingFreq, ICalEventStatus } from 'ical-generator';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import { datesOf, occurrenceOn, startOn } from '../rules/occurrences.ts';
import type { MeetingRecord } from './meeting-record.ts';

/** What the file is for: to be looked at, or one of the messages of iTIP (RFC 5546). `date`: that occurrence alone. */
export type Purpose =
  | { method: 'PUBLISH' }
  | { method: 'REQUEST'; to: string }
  | { method: 'CANCEL'; to: string; date?: string | undefined };

/**
 * A meeting as calendars take it (RFC 5545). Each recipient is the only attendee that theirs names: addresses of others are not told. No
 * answer is asked for, because none would be read.
 */
export function calendarFile(
  meeting: Omit<MeetingRecord, 'invitees'>,
  about: { organiserEmail: string; link: string; now: number },
  purpose: Purpose,
): string {
  const { timeZone, repeat } = meeting;
  const [block, tzid] = tzlib_get_ical_block(timeZone) as [string, string];
  // Its name for the zone: some have two (Asia/Calcutta, Asia/Kolkata).
  const zone = tzid.slice('TZID='.length);
  const one = purpose.method === 'CANCEL' ? purpose.date : undefined;
  const date = one ?? meeting.start.slice(0, 10);
  const start = startOn(meeting, date);
  const calendar = ical({
    prodId: { company: 'Diwan', product: 'Diwan' },
    method: ICalCalendarMethod[purpose.method],
    // A name here would write UTC times without their Z.
    timezone: { name: null, generator: () => block },
  });
  const event = calendar.createEvent({
    id: `${meeting.id}@diwan`,
    sequence: meeting.sequence,
    stamp: Temporal.Instant.fromEpochMilliseconds(about.now),
    timezone: zone,
    start,
    end: Temporal.Instant.fromEpochMilliseconds(occurrenceOn(meeting, date).endsAt).toZonedDateTimeISO(zone),
    summary: meeting.title,
    description: [meeting.description, about.link].filter((text) => text !== '').join('\n\n'),
    location: about.link,
    url: about.link,
    organizer: { name: plain(meeting.ownerName) || about.organiserEmail, email: about.organiserEmail },
    status: purpose.method === 'CANCEL' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    ...(one === undefined ? {} : { recurrenceId: start }),
  });
  if (purpose.method !== 'PUBLISH') event.createAttendee({ email: purpose.to, rsvp: false });
  if (repeat === null || one !== undefined) return calendar.toString();
  const { end } = repeat;
  const exclude = [...meeting.cancelledDates]
    .filter((cancelled) => datesOf(meeting, cancelled).next().value === cancelled)
    .sort()
    .map((cancelled) => startOn(meeting, cancelled));
  event.repeating({
    freq: repeat.frequency === 'daily' ? ICalEventRepeatingFreq.DAILY : ICalEventRepeatingFreq.WEEKLY,
    interval: repeat.every,
    ...(repeat.frequency === 'weekly' ? { byDay: repeat.days as never, startOfWeek: 'MO' as never } : {}),
    ...(end && 'count' in end ? { count: end.count } : {}),
    // In UTC, as the start has a zone (RFC 5545, section 3.3.10).
    ...(end && 'until' in end ? { until: startOn(meeting, end.until).toInstant() } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
  });
  return calendar.toString();
}

/** A parameter's value may hold neither quotes nor line ends (RFC 5545, section 3.2). */
const plain = (name: string): string => name.replace(/["\p{Cc}]+/gu, ' ').trim();
