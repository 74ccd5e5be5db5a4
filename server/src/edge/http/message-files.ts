import { ContentQuery } from '@diwan/protocol/ibox.ts';
import { FileMeeting } from '@diwan/protocol/ibox-meetings.ts';
import { PreviewQuery, TextPreview } from '@diwan/protocol/ibox-previews.ts';
import { type Request, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { ShownFiles } from '../../ibox/shown/shown-files.ts';
import type { Actor, Guest } from '../../identity/actor.ts';
import type { Vroom } from '../../vroom/vroom.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';
import { sendPicture } from './previews.ts';
import { sendContent } from './send-content.ts';

type Deps = { vroom: Pick<Vroom, 'fileOfMessage' | 'meetingsWithFile' | 'withdrawFile'>; shown: ShownFiles };
const RoomId = z.string().min(1).max(64);
const MessageNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** The files of a meeting's messages: the same routes for persons (/api/rooms) and guests (/api/guests). Each call is judged anew. */
export function messageFilesRouter({
  vroom,
  shown,
  who,
}: Deps & { who: (req: Request, roomId: string) => Promise<Actor | Guest> }): Router {
  const router = Router();
  const fileOf = async (req: Request) => {
    const roomId = parse(RoomId, req.params.id);
    return vroom.fileOfMessage(await who(req, roomId), roomId, parse(MessageNumber, req.params.number));
  };
  router.get('/:id/messages/:number/content', async (req, res) => {
    const { download } = parse(ContentQuery, req.query);
    const { sharerId, fileId } = await fileOf(req);
    await sendContent(req, res, await shown.open(sharerId, fileId), download === '1');
  });
  router.get('/:id/messages/:number/text', async (req, res) => {
    const { sharerId, fileId } = await fileOf(req);
    answer(res, TextPreview, await shown.text(sharerId, fileId));
  });
  router.get('/:id/messages/:number/preview', async (req, res) => {
    const { size } = parse(PreviewQuery, req.query);
    const { sharerId, fileId } = await fileOf(req);
    await sendPicture(req, res, await shown.picture(sharerId, fileId, Number(size)));
  });
  return router;
}

/** The other side: to which meetings a file was sent, for who manages it. An agent asks neither. */
export function fileMeetingsRouter({ vroom, shown, person }: Deps & { person: RequestHandler }): Router {
  const router = Router();
  router.get('/nodes/:id/meetings', person, async (req, res) => {
    const fileId = String(req.params.id);
    await shown.mustManage(actorOf(req), fileId);
    answer(res, z.array(FileMeeting), await vroom.meetingsWithFile(fileId));
  });
  router.delete('/nodes/:id/meetings/:roomId/:number', person, async (req, res) => {
    const fileId = String(req.params.id);
    await shown.mustManage(actorOf(req), fileId);
    const message = { roomId: parse(RoomId, req.params.roomId), number: parse(MessageNumber, req.params.number) };
    await vroom.withdrawFile(actorOf(req), { fileId, ...message });
    res.status(204).end();
  });
  return router;
}
