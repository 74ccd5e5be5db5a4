import { Room, RoomCreate } from '@diwan/protocol/vroom.ts';
import { RoomSettingsChange } from '@diwan/protocol/vroom-roles.ts';
import { Router } from 'express';
import { z } from 'zod';
import type { ShownFiles } from '../../ibox/shown/shown-files.ts';
import type { Vroom } from '../../vroom/vroom.ts';
import { actorOf } from './actor-of.ts';
import { messageFilesRouter } from './message-files.ts';
import { answer, parse } from './parse.ts';

const RoomId = z.string().min(1).max(64);

/** /api/rooms: meetings as things that one makes, finds by their link and ends. Joining goes over the socket. */
export function roomsRouter({
  vroom,
  shown,
}: {
  vroom: Vroom;
  /** The files of messages; message-files.ts. */
  shown?: ShownFiles;
}): Router {
  const router = Router();
  if (shown) router.use(messageFilesRouter({ vroom, shown, who: async (req) => actorOf(req) }));
  router.post('/', async (req, res) => {
    const room = await vroom.createRoom(actorOf(req), parse(RoomCreate, req.body));
    answer(res, Room, room, 201);
  });
  router.get('/', async (req, res) => {
    answer(res, z.array(Room), await vroom.listRooms(actorOf(req)));
  });
  router.get('/personal', async (req, res) => {
    answer(res, Room, await vroom.personalRoom(actorOf(req)));
  });
  router.get('/:id', async (req, res) => {
    answer(res, Room, await vroom.viewRoom(actorOf(req), parse(RoomId, req.params.id)));
  });
  router.patch('/:id/settings', async (req, res) => {
    const change = parse(RoomSettingsChange, req.body);
    answer(res, Room, await vroom.configureRoom(actorOf(req), parse(RoomId, req.params.id), change));
  });
  router.delete('/:id', async (req, res) => {
    await vroom.endRoom(actorOf(req), parse(RoomId, req.params.id));
    res.status(204).end();
  });
  return router;
}
