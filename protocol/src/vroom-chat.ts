import { z } from 'zod';
import { Instant } from './identity.ts';

// A message may carry a file of Ibox. Who may read the message opens it, in the sender's name, until the message is deleted, the file is
// withdrawn, or the sender may not share it any more; a guest, as long as they are in that meeting:
// GET /api/rooms/:id/messages/:number/content?download=1, /text, /preview?size=… (ibox-previews.ts), and the same below /api/guests/:id.

// What people write to one another in a meeting. It is kept with the room: who was in a meeting, or is now, reads what was written in
// it to all; the room's owner reads that of every meeting there. What is written to one person is for the two of them alone.

const Id = z.string().min(1).max(64);
const MessageNumber = z.int().min(1);

/** Code points of the longest message, about a page. */
export const longestMessage = 2000;
export const MessageText = z
  .string()
  .trim()
  .min(1)
  .max(longestMessage)
  .regex(/^[^\0]*$/);

/** A file of the sender's Ibox, named as it was when it was sent; what is opened is the file as it is now. */
export const ChatFile = z.object({
  name: z.string(),
  /** bytes */
  size: z.int().nonnegative(),
  mediaType: z.string().nullable(),
  /** Whoever manages the file took it back: nobody opens it here any more. */
  withdrawn: z.boolean(),
});
export type ChatFile = z.infer<typeof ChatFile>;

export const ChatMessage = z.object({
  /** Its place in the room's chat, and its name in calls. */
  number: MessageNumber,
  /** The number of the last thing that happened to it: as it was sent, edited or deleted. What is asked for `since` this is later. */
  change: MessageNumber,
  name: z.string(),
  /** Written by the one who reads it, on whatever device. */
  own: z.boolean(),
  /** Sent by the reader with this id. */
  clientId: z.string().nullable(),
  /** To one person alone: `self` where that is the reader; null: to all. */
  to: z.object({ name: z.string(), self: z.boolean() }).nullable(),
  /** Empty once deleted; may be where there is a file. */
  text: z.string(),
  file: ChatFile.nullable(),
  replyTo: MessageNumber.nullable(),
  sentAt: Instant,
  editedAt: Instant.nullable(),
  deleted: z.boolean(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

const nothing = z.object({});

export const chatCalls = {
  /**
   * The last messages, those `before` a number, or all that happened `since` a change, in order. `more`: ask again, from the first or
   * last of these. `upTo`: nothing up to this change is missing.
   */
  'chat:read': {
    request: z
      .strictObject({ before: MessageNumber, since: z.int().min(0) })
      .partial()
      .refine(({ before, since }) => before === undefined || since === undefined, { message: 'before or since' }),
    answer: z.object({ messages: z.array(ChatMessage), more: z.boolean(), upTo: z.int().min(0) }),
  },
  /** `clientId` is made by the client for each message: one that is sent again, because no answer came, is kept once. */
  'chat:send': {
    request: z
      .strictObject({
        clientId: z.uuid(),
        text: MessageText.or(z.literal('')),
        /** A participant; left out: everybody. */
        to: Id.optional(),
        replyTo: MessageNumber.optional(),
        /** A file of Ibox that the sender may share: who may read the message opens it with it. */
        fileId: Id.optional(),
      })
      .refine(({ text, fileId }) => text !== '' || fileId !== undefined, { message: 'neither words nor a file' }),
    answer: z.object({ message: ChatMessage }),
  },
  'chat:edit': {
    request: z.strictObject({ number: MessageNumber, text: MessageText }),
    answer: z.object({ message: ChatMessage }),
  },
  /** One's own; those in charge delete whatever was written to all. */
  'chat:delete': { request: z.strictObject({ number: MessageNumber }), answer: nothing },
} as const;

export const chatEvents = {
  /** Written, edited or deleted; in the order of their changes. */
  'chat:message': ChatMessage,
} as const;
