import { z } from 'zod';
import { LocalText } from './errors.ts';

/** The contract's number; a client of another major number is asked to update. */
export const protocolVersion = 1;

/** GET /api/version, open to all: what a page or an agent needs before login. */
export const HubInfo = z.object({
  product: z.literal('diwan'),
  version: z.string(),
  protocol: z.int(),
  /** The operator's name and ownership notice, for the footer. */
  operator: z.object({ name: z.string(), notice: LocalText, supportEmail: z.string() }),
  maxUploadBytes: z.int(),
});
export type HubInfo = z.infer<typeof HubInfo>;
