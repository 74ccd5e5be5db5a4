import { z } from 'zod';
import { Instant } from './identity.ts';

// What people show without a word. A hand stays up, with its seat, until it is lowered; a reaction is seen by who is there and not kept.

const Id = z.string().min(1).max(64);
const nothing = z.object({});

export const RaisedHand = z.object({ participantId: z.string(), since: Instant });
export type RaisedHand = z.infer<typeof RaisedHand>;

export const reactions = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;
export const Reaction = z.enum(reactions);
export type Reaction = z.infer<typeof Reaction>;

export const handsCalls = {
  'hand:raise': { request: z.strictObject({}), answer: nothing },
  /** One's own; those in charge lower anybody's. */
  'hand:lower': { request: z.strictObject({ participantId: Id }), answer: nothing },
  'hand:lower-all': { request: z.strictObject({}), answer: nothing },
  'reaction:send': { request: z.strictObject({ reaction: Reaction }), answer: nothing },
} as const;

export const handsEvents = {
  /** Who wishes to speak, first come first; all of them each time. */
  'room:hands': z.object({ hands: z.array(RaisedHand) }),
  'participant:reacted': z.object({ participantId: z.string(), reaction: Reaction }),
} as const;
