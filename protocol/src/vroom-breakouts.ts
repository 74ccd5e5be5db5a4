import { z } from 'zod';

// A meeting divided into rooms for a while: who is in one of them hears, sees and writes to those who are there, and nobody else.
// Everybody stays in the one meeting: room:join, with the meeting's own id, leads to where the hub says that one belongs. After
// `breakout:moved` a client joins again with its seat.

const Id = z.string().min(1).max(64);
const nothing = z.object({});

export const fewestBreakouts = 2;
export const mostBreakouts = 20;
export const longestBreakoutMinutes = 24 * 60;

export const BreakoutName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\0]*$/);
const Minutes = z.int().min(1).max(longestBreakoutMinutes);
const ParticipantIds = z.array(Id).max(1000);

export const Breakout = z.object({ id: z.string(), name: z.string() });
export type Breakout = z.infer<typeof Breakout>;

/** The rooms that are open, and who of the meeting is in which. */
export const Breakouts = z.object({
  rooms: z.array(Breakout.extend({ people: z.array(z.string()), asksForHelp: z.boolean() })),
  /** Everybody in the meeting, wherever they are; `assigned`: where they belong, if not in the main room. */
  people: z.array(z.object({ id: z.string(), name: z.string(), assigned: z.string().nullable() })),
  /** People go where they like. */
  choose: z.boolean(),
  /** Until all return, at the moment of telling; null: until somebody in charge says so. */
  msLeft: z.int().min(0).nullable(),
});
export type Breakouts = z.infer<typeof Breakouts>;

export const breakoutCalls = {
  /** People dealt out at random, evenly: those in no charge. Nothing is opened by it. */
  'breakout:deal': {
    request: z.strictObject({ rooms: z.int().min(fewestBreakouts).max(mostBreakouts) }),
    answer: z.object({ rooms: z.array(z.array(z.string())) }),
  },
  /** Opens them and moves everybody who is named there; the others stay in the main room. conflict: some are open already. */
  'breakout:open': {
    request: z.strictObject({
      rooms: z
        .array(z.strictObject({ name: BreakoutName, people: ParticipantIds }))
        .min(fewestBreakouts)
        .max(mostBreakouts),
      choose: z.boolean(),
      minutes: Minutes.nullable(),
    }),
    answer: nothing,
  },
  /** Closes them now: all return to the main room. */
  'breakout:close': { request: z.strictObject({}), answer: nothing },
  /** How long from now; null: no end. */
  'breakout:set-time': {
    request: z.strictObject({
      seconds: z
        .int()
        .min(1)
        .max(longestBreakoutMinutes * 60)
        .nullable(),
    }),
    answer: nothing,
  },
  'breakout:rename': { request: z.strictObject({ breakoutId: Id, name: BreakoutName }), answer: nothing },
  /**
   * To a room, or back to the main room (null). Those in charge move anybody, and visit any room themselves; the others go back, to the
   * room that they were assigned to, and to any where people choose.
   */
  'breakout:move': { request: z.strictObject({ participantId: Id, breakoutId: Id.nullable() }), answer: nothing },
  /** To everybody in the meeting, in whichever room. */
  'breakout:broadcast': {
    request: z.strictObject({
      text: z
        .string()
        .trim()
        .min(1)
        .max(500)
        .regex(/^[^\0]*$/),
    }),
    answer: nothing,
  },
  /** The room in which one is asks those in charge to come, or no longer; it is answered by one of them coming. */
  'breakout:help': { request: z.strictObject({ asked: z.boolean() }), answer: nothing },
} as const;

export const breakoutEvents = {
  /** All of it each time, to everybody; null: there are none. */
  'breakout:changed': z.object({ breakouts: Breakouts.nullable() }),
  /** To who was moved, and gets nothing more before they have joined again with their seat. null: the main room. */
  'breakout:moved': z.object({ roomId: z.string(), breakout: Breakout.nullable() }),
  'breakout:told': z.object({ by: z.string(), text: z.string() }),
  /** To those in charge. */
  'breakout:asks-help': z.object({ by: z.string(), breakout: Breakout }),
} as const;
