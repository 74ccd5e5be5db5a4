import { z } from 'zod';
import { ChatMessage } from './vroom-chat.ts';

/**
 * What was said in a past meeting: GET /api/meetings/past/:id/chat?before=N -> PastChat, the last messages or those before a number, in order;
 * GET /api/meetings/past/:id/polls -> Poll[]. As in the meeting: who was there, or has the room, reads what was written to all; what was
 * written to one person is for the two of them. Who was removed reads only that. not_found to everybody else.
 */
export const PastChatQuery = z.object({ before: z.coerce.number().int().min(1).optional() });
export const PastChat = z.object({ messages: z.array(ChatMessage), more: z.boolean() });
export type PastChat = z.infer<typeof PastChat>;
