import { HubError } from '@diwan/protocol/errors.ts';
import {
  Changes,
  ChangesQuery,
  ContentQuery,
  FolderCreate,
  Node,
  NodeDeleteQuery,
  NodePageQuery,
  NodePatch,
  NodeView,
  PutQuery,
  Space,
  UploadQuery,
  UploadResult,
} from '@diwan/protocol/ibox.ts';
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { Ibox } from '../../ibox/ibox.ts';
import { actorOf } from './actor-of.ts';
import { archiveRouter } from './archive.ts';
import { bodyOf } from './body.ts';
import { chunksRouter } from './chunks.ts';
import { iboxHistoryRouter } from './ibox-history.ts';
import { iboxSharesRouter } from './ibox-shares.ts';
import { iboxSocialRouter } from './ibox-social.ts';
import { answer, answerText, parse } from './parse.ts';
import { previewsRouter } from './previews.ts';
import { sendContent } from './send-content.ts';
import { receiveForm } from './upload-form.ts';

/** Files over HTTP: the routes of protocol/ibox.ts, behind the gates. */
export function iboxRouter({
  ibox,
  maxUploadBytes,
  links,
  meetings,
}: {
  ibox: Ibox;
  maxUploadBytes: number;
  /** ibox-links.ts */
  links?: Router;
  /** message-files.ts */
  meetings?: Router;
}): Router {
  const router = Router();
  if (links) router.use(links);
  if (meetings) router.use(meetings);
  router.use(iboxHistoryRouter({ history: ibox.history }));
  router.use(iboxSocialRouter({ social: ibox.social }));
  router.use(iboxSharesRouter({ shares: ibox.shares }));
  router.use(chunksRouter({ ibox }));
  router.use(archiveRouter({ ibox }), previewsRouter({ previews: ibox.previews }));

  router.get('/spaces', async (req, res) => {
    answer(res, z.array(Space), await ibox.listSpaces(actorOf(req)));
  });
  router.get('/spaces/:id/changes', async (req, res) => {
    answer(res, Changes, await ibox.changes(actorOf(req), req.params.id, parse(ChangesQuery, req.query)));
  });

  router.post('/folders', async (req, res) => {
    answer(res, Node, await ibox.createFolder(actorOf(req), parse(FolderCreate, req.body)), 201);
  });

  router.get('/nodes/:id', async (req, res) => {
    answer(res, NodeView, await ibox.viewNode(actorOf(req), req.params.id));
  });
  router.get('/nodes/:id/children', async (req, res) => {
    answerText(res, await ibox.writeFolderPage(actorOf(req), req.params.id, parse(NodePageQuery, req.query)));
  });
  router.patch('/nodes/:id', async (req, res) => {
    answer(res, Node, await ibox.patchNode(actorOf(req), req.params.id, parse(NodePatch, req.body)));
  });
  router.delete('/nodes/:id', async (req, res) => {
    await ibox.deleteNode(actorOf(req), req.params.id, parse(NodeDeleteQuery, req.query));
    res.status(204).end();
  });

  router.get('/nodes/:id/content', async (req, res) => {
    const { download, version } = parse(ContentQuery, req.query);
    const content = await ibox.openContent(actorOf(req), req.params.id, version);
    await sendContent(req, res, content, download === '1');
  });
  router.put('/nodes/:id/content', async (req, res) => {
    const { mtime, baseVersion } = parse(PutQuery, req.query);
    const target = { nodeId: req.params.id, baseVersion };
    answer(res, Node, await ibox.putFile(actorOf(req), target, bodyOf(req), { ...putOptions(req), mtime }));
  });
  router.put('/nodes/:id/files/:name', async (req, res) => {
    const { mtime } = parse(PutQuery, req.query);
    const target = { parentId: req.params.id, name: req.params.name, onConflict: 'refuse' } as const;
    answer(res, Node, await ibox.putFile(actorOf(req), target, bodyOf(req), { ...putOptions(req), mtime }), 201);
  });
  router.post('/nodes/:id/files', async (req, res) => {
    if (!req.is('multipart/form-data')) throw new HubError('bad_request', 'multipart/form-data is expected');
    const { onConflict } = parse(UploadQuery, req.query);
    const declaredLength = Number(req.headers['content-length'] ?? 0);
    const upload = await ibox.putForm(actorOf(req), req.params.id, onConflict, declaredLength);
    try {
      await receiveForm(req, res, upload, maxUploadBytes);
      answer(res, UploadResult, { nodes: await upload.commit() });
    } finally {
      await upload.close();
    }
  });

  function putOptions(req: Request) {
    const declaredLength = Number(req.headers['content-length'] ?? 0);
    if (declaredLength > maxUploadBytes) throw new HubError('too_large', `more than ${maxUploadBytes} bytes`);
    return {
      declaredType: req.headers['content-type'],
      sha256: parse(ContentSha256, req.get('content-sha256')),
      idempotencyKey: parse(IdempotencyKey, req.get('idempotency-key')),
      maxBytes: maxUploadBytes,
      declaredBytes: declaredLength,
    };
  }
  return router;
}

const ContentSha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'Content-SHA256 is 64 hex digits')
  .optional();
const IdempotencyKey = z.string().min(1).max(255).optional();
