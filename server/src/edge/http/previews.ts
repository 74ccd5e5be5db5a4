import { PreviewQuery, TextPreview } from '@diwan/protocol/ibox-previews.ts';
import { type Request, type Response, Router } from 'express';
import type { Preview, Previews } from '../../ibox/previews/previews.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';
import { matches } from './send-content.ts';

/** What files show: the routes of protocol/ibox-previews.ts. Nothing of what is sent can be run. */
export function previewsRouter({ previews }: { previews: Previews }): Router {
  const router = Router();
  router.get('/nodes/:id/preview', async (req, res) => {
    const { size } = parse(PreviewQuery, req.query);
    await sendPicture(req, res, await previews.picture(actorOf(req), req.params.id, Number(size)));
  });
  router.get('/nodes/:id/text', async (req, res) => {
    answer(res, TextPreview, await previews.text(actorOf(req), req.params.id));
  });
  return router;
}

export async function sendPicture(req: Request, res: Response, preview: Preview): Promise<void> {
  const headers = { ETag: preview.etag, 'Cache-Control': 'private, no-cache' };
  if (matches(req.headers['if-none-match'], preview.etag)) {
    res.set(headers).status(304).end();
    return;
  }
  const bytes = await preview.bytes();
  res.set({
    ...headers,
    'Content-Type': 'image/webp',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  res.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}
