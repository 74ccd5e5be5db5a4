import {
  CalendarDate,
  Meeting,
  MeetingDraft,
  NewMeeting,
  PastBoard,
  PastMeetings,
  PastNotes,
  PastQuery,
} from '@diwan/protocol/vroom-meetings.ts';
import { PastChat, PastChatQuery } from '@diwan/protocol/vroom-past.ts';
import { Poll } from '@diwan/protocol/vroom-polls.ts';
import { json, Router } from 'express';
import { z } from 'zod';
import type { Meetings } from '../../vroom/meetings/meetings.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';

const MeetingId = z.string().min(1).max(64);

/** /api/meetings: what is planned and what is past, the routes of protocol/vroom-meetings.ts. */
export function meetingsRouter({ meetings }: { meetings: Meetings }): Router {
  const router = Router();
  router.post('/', async (req, res) => {
    answer(res, Meeting, await meetings.schedule(actorOf(req), parse(NewMeeting, req.body)), 201);
  });
  router.get('/', async (req, res) => {
    answer(res, z.array(Meeting), await meetings.list(actorOf(req)));
  });
  router.get('/past', async (req, res) => {
    answer(res, PastMeetings, await meetings.past(actorOf(req), parse(PastQuery, req.query)));
  });
  router.get('/past/:id/chat', async (req, res) => {
    const { before } = parse(PastChatQuery, req.query);
    answer(res, PastChat, await meetings.pastChat(actorOf(req), parse(MeetingId, req.params.id), before));
  });
  router.get('/past/:id/polls', async (req, res) => {
    answer(res, z.array(Poll), await meetings.pastPolls(actorOf(req), parse(MeetingId, req.params.id)));
  });
  router.get('/past/notes/:id', async (req, res) => {
    answer(res, PastNotes, await meetings.pastNotes(actorOf(req), parse(MeetingId, req.params.id)));
  });
  router.get('/past/boards/:id', async (req, res) => {
    answer(res, PastBoard, await meetings.pastBoard(actorOf(req), parse(MeetingId, req.params.id)));
  });
  router.get('/:id', async (req, res) => {
    answer(res, Meeting, await meetings.view(actorOf(req), parse(MeetingId, req.params.id)));
  });
  router.get('/:id/calendar', async (req, res) => {
    const file = await meetings.calendar(actorOf(req), parse(MeetingId, req.params.id));
    res.attachment('meeting.ics').type('text/calendar; charset=utf-8').send(file);
  });
  router.put('/:id', json(), async (req, res) => {
    const draft = parse(MeetingDraft, req.body);
    answer(res, Meeting, await meetings.edit(actorOf(req), parse(MeetingId, req.params.id), draft));
  });
  router.delete('/:id', async (req, res) => {
    await meetings.cancel(actorOf(req), parse(MeetingId, req.params.id));
    res.status(204).end();
  });
  router.delete('/:id/occurrences/:date', async (req, res) => {
    const { id, date } = req.params;
    await meetings.cancelOccurrence(actorOf(req), parse(MeetingId, id), parse(CalendarDate, date));
    res.status(204).end();
  });
  return router;
}
