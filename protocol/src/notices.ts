import { z } from 'zod';
import { LocalText } from './errors.ts';
import { Instant } from './identity.ts';

export const Severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof Severity>;
export const Service = z.enum(['portal', 'vroom', 'ibox']);
export type Service = z.infer<typeof Service>;

/** A maintenance notice: what is touched, when (server's clock), and what people read. */
export const Notice = z.object({
  id: z.string(),
  severity: Severity,
  services: z.array(Service),
  startsAt: Instant,
  endsAt: Instant,
  text: LocalText,
  publishedAt: Instant,
});
export type Notice = z.infer<typeof Notice>;
/** GET /api/notices -> Notice[]: those whose window has not ended, most severe first. Open to every signed-in person. */

/** POST /api/admin/notices -> Notice. DELETE /api/admin/notices/:id withdraws it. GET /api/admin/notices -> all, newest first. */
const sentence = z.string().trim().min(1).max(1000);
export const NoticePublish = z
  .strictObject({
    severity: Severity,
    services: z.array(Service).min(1).max(3),
    startsAt: Instant,
    endsAt: Instant,
    text: z.strictObject({ fr: sentence, ar: sentence, en: sentence }),
  })
  .refine((n) => n.endsAt > n.startsAt, { path: ['endsAt'], message: 'endsAt must be after startsAt' });
export type NoticePublish = z.infer<typeof NoticePublish>;

/** Socket, server to client. */
export const noticeEvents = {
  'notice:published': Notice,
  'notice:withdrawn': z.object({ id: z.string() }),
} as const;
