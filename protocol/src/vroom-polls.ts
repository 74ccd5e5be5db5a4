import { z } from 'zod';
import { Instant } from './identity.ts';

// Questions that those in charge ask. Kept with the room, for the same people as its chat.

const PollId = z.uuid();
const line = z
  .string()
  .trim()
  .min(1)
  .regex(/^[^\0]*$/);

export const mostOptions = 10;

export const Poll = z.object({
  id: z.string(),
  question: z.string(),
  options: z.array(
    z.object({
      text: z.string(),
      votes: z.int().min(0),
      /** Who chose it; null in an anonymous poll. */
      voters: z.array(z.string()).nullable(),
    }),
  ),
  /** More than one may be chosen. */
  multiple: z.boolean(),
  /** Nobody is told who chose what. */
  anonymous: z.boolean(),
  open: z.boolean(),
  /** People who voted. */
  people: z.int().min(0),
  /** What the reader chose, by place. */
  own: z.array(z.int().min(0)),
  createdAt: Instant,
});
export type Poll = z.infer<typeof Poll>;

export const PollDraft = z.strictObject({
  /** Made by the client: one that is sent again is made once. */
  id: PollId,
  question: line.max(300),
  options: z
    .array(line.max(200))
    .min(2)
    .max(mostOptions)
    .refine((options) => new Set(options).size === options.length, { message: 'each option once' }),
  multiple: z.boolean(),
  anonymous: z.boolean(),
});
export type PollDraft = z.infer<typeof PollDraft>;

const onePoll = z.object({ poll: Poll });

export const pollCalls = {
  /** In the order of their making. */
  'poll:list': { request: z.strictObject({}), answer: z.object({ polls: z.array(Poll) }) },
  /** Open at once. */
  'poll:create': { request: PollDraft, answer: onePoll },
  'poll:open': { request: z.strictObject({ id: PollId, open: z.boolean() }), answer: onePoll },
  /** In place of what was chosen before; none at all takes it back. A person has one vote on all their devices. */
  'poll:vote': {
    request: z.strictObject({
      id: PollId,
      choices: z
        .array(
          z
            .int()
            .min(0)
            .max(mostOptions - 1),
        )
        .max(mostOptions)
        .refine((choices) => new Set(choices).size === choices.length, { message: 'each choice once' }),
    }),
    answer: onePoll,
  },
} as const;

export const pollEvents = {
  /** Made, opened, closed, or its counts are others; with many votes at a time not told for each. */
  'poll:changed': Poll,
} as const;
