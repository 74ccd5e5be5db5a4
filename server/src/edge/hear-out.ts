import { finished } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { heardOut } from '../ibox/links/drop-files.ts';

/**
 * Before a refusal, when the request's body may still be on its way: who is cut off while sending never reads why, so a short one is heard
 * out. After a long one the connection can't be used again.
 */
export async function hearOut(req: Request, res: Response): Promise<void> {
  if (!req.complete && Number(req.headers['content-length']) <= heardOut) await finished(req.resume()).catch(() => {});
  if (!req.complete) res.set('Connection', 'close');
}
