import { Notice } from '@diwan/protocol/notices.ts';
import { Router } from 'express';
import { z } from 'zod';
import { currentNotices, type NoticesRoom } from '../../notices/notices.ts';
import type { Gates } from '../gates.ts';
import { answer } from './parse.ts';
import { sessionGate } from './session.ts';

/** /api/notices: open to every signed-in person, terms accepted or not. */
export function noticesRouter({ notices, gates }: { notices: NoticesRoom; gates: Gates }): Router {
  const router = Router();
  router.get('/', sessionGate(gates), async (_req, res) => answer(res, z.array(Notice), await currentNotices(notices)));
  return router;
}
