import { z } from 'zod';
import { Email, Instant } from './identity.ts';
import { BoardElement } from './vroom-document.ts';

/**
 * Meetings that are planned. Each has a room and shares its id, which is the link; who has the link joins, and only the organiser and those
 * who are invited see what is planned: for all others it is not_found.
 */

/** A day of the calendar, in no zone: "2026-03-29". */
export const CalendarDate = z.iso.date();
/** What a clock on the wall shows, to the minute: "2026-03-29T10:30". */
export const WallTime = z.iso.datetime({ local: true, precision: -1 }).length(16);
/** An IANA name: "Africa/Algiers". */
export const TimeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z]/)
  .refine(isTimeZone, { message: 'not a time zone' });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Monday first, as iCalendar writes them (RFC 5545, section 3.3.10). */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export const Weekday = z.enum(weekdays);
export type Weekday = z.infer<typeof Weekday>;

/** The last one counts; null: it goes on. */
const RepeatEnd = z.union([
  z.strictObject({ count: z.int().min(1).max(1000) }),
  z.strictObject({ until: CalendarDate }),
  z.null(),
]);
/** Every so many days or weeks, always at the same time of the wall, whatever summer time does. */
export const Repeat = z.discriminatedUnion('frequency', [
  z.strictObject({ frequency: z.literal('daily'), every: z.int().min(1).max(30), end: RepeatEnd }),
  z.strictObject({
    frequency: z.literal('weekly'),
    every: z.int().min(1).max(12),
    days: z
      .array(Weekday)
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, { message: 'each day once' }),
    end: RepeatEnd,
  }),
]);
export type Repeat = z.infer<typeof Repeat>;

const text = z
  .string()
  .trim()
  .regex(/^[^\0]*$/);
export const longestMinutes = 24 * 60;
export const mostInvitees = 200;

/**
 * POST /api/meetings (NewMeeting) -> Meeting, PUT /api/meetings/:id -> Meeting (the organiser; the whole series changes). A weekly series begins on the
 * first of its days from `start` on. Who is invited gets a mail with a calendar file; an answer that their calendar sends is not read.
 * Nobody learns whether an address has an account. Errors: not_found, forbidden (invited only), meeting_past, too_many_attempts.
 */
export const MeetingDraft = z.strictObject({
  title: text.min(1).max(200),
  description: text.max(4000).default(''),
  start: WallTime,
  timeZone: TimeZone,
  minutes: z.int().min(5).max(longestMinutes),
  repeat: Repeat.nullable().default(null),
  invitees: z.array(Email).max(mostInvitees).default([]),
});
export type MeetingDraft = z.output<typeof MeetingDraft>;
/** A new one. Whether it is encrypted is changed by PATCH /api/rooms/:id/settings, like everything about its room. */
export const NewMeeting = MeetingDraft.extend({ encrypted: z.boolean().optional() });
export type NewMeeting = z.output<typeof NewMeeting>;

/** One time of a meeting; `date` names it within its series. */
export const Occurrence = z.object({ date: CalendarDate, startsAt: Instant, endsAt: Instant });
export type Occurrence = z.infer<typeof Occurrence>;

/**
 * GET /api/meetings -> Meeting[]: what one organises or is invited to and is not over, the soonest first. GET /api/meetings/:id -> Meeting.
 * GET /api/meetings/:id/calendar -> the same as a calendar file (text/calendar).
 * DELETE /api/meetings/:id -> 204: cancels all, the link ends. DELETE /api/meetings/:id/occurrences/:date -> 204: cancels one of a series.
 */
export const Meeting = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  ownerId: z.string(),
  ownerName: z.string(),
  start: WallTime,
  timeZone: z.string(),
  minutes: z.int(),
  repeat: Repeat.nullable(),
  /** For the organiser alone: nobody else learns the addresses. */
  invitees: z.array(z.string()),
  /** End to end. */
  encrypted: z.boolean(),
  /** How many are invited. */
  invited: z.int(),
  /** The next ones, the one in progress included; a few at most, none when it is over. */
  upcoming: z.array(Occurrence),
  /** People in its room now. */
  present: z.int(),
});
export type Meeting = z.infer<typeof Meeting>;

/**
 * GET /api/meetings/past?before=…&limit=… -> PastMeetings, the latest first: each time a room was in use, for who organised it, was invited
 * or was there. `next` is the `before` of the page after; null: there is none.
 */
export const PastQuery = z.object({
  before: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const PastMeeting = z.object({
  id: z.string(),
  roomId: z.string(),
  title: z.string(),
  ownerName: z.string(),
  startedAt: Instant,
  endedAt: Instant,
  /** Who was there, in the order in which they came; `ms` is how long, over all their comings and goings. */
  people: z.array(z.object({ name: z.string(), ms: z.int() })),
  /** Something was written or asked in it that the reader may see (vroom-past.ts). */
  said: z.boolean(),
  /** What was written together that the reader may read; `breakout`: in the breakout room of that name. */
  notes: z.array(z.object({ id: z.string(), breakout: z.string().nullable() })),
  /** The same of what was drawn. */
  boards: z.array(z.object({ id: z.string(), breakout: z.string().nullable() })),
});
export type PastMeeting = z.infer<typeof PastMeeting>;
export const PastMeetings = z.object({ meetings: z.array(PastMeeting), next: z.string().nullable() });
export type PastMeetings = z.infer<typeof PastMeetings>;

/** GET /api/meetings/past/notes/:id -> PastNotes: for who was there when they were written or came later, and the room's owner. */
export const PastNotes = z.object({
  title: z.string(),
  breakout: z.string().nullable(),
  startedAt: Instant,
  /** Markdown. */
  text: z.string(),
});
export type PastNotes = z.infer<typeof PastNotes>;

/** GET /api/meetings/past/boards/:id -> PastBoard: for the same people. */
export const PastBoard = PastNotes.omit({ text: true }).extend({
  /** From back to front. */
  elements: z.array(BoardElement),
});
export type PastBoard = z.infer<typeof PastBoard>;

/** GET /api/rooms/personal -> Room: one's own, with a link for good; made when it is first asked for. */

/** Socket, server to client. */
export const meetingsEvents = {
  /** What is planned or in progress is other than before: ask again. */
  'meetings:changed': z.object({}),
} as const;
