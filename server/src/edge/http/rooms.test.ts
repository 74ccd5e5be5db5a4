import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '../../identity/actor.ts';
import { connect, startHub, type TestHub } from '../../vroom/test/meeting.ts';
import { problemOf } from '../errors.ts';
import { roomsRouter } from './rooms.ts';

let hub: TestHub;
let server: Server;
let url: string;
const people: Record<string, Actor> = {};

beforeAll(async () => {
  hub = await startHub();
  for (const name of ['Amina', 'Karim']) people[name] = await hub.person(name);
  const app = express();
  app.use((req, _res, next) => {
    const actor = people[req.get('x-person') ?? ''];
    if (actor) req.actor = actor;
    next();
  });
  app.use(express.json());
  app.use('/api/rooms', roomsRouter({ vroom: hub.vroom }));
  const answerProblem: ErrorRequestHandler = (error, _req, res, _next) => {
    const problem = problemOf(error, 'en');
    res.status(problem.status).json(problem);
  };
  app.use(answerProblem);
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/rooms`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await hub.close();
});

async function ask(person: string, method: string, path = '', body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'x-person': person, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

it('R-30 a room is made, found by anyone with its link, and ended by its owner only', async () => {
  const made = await ask('Amina', 'POST', '', { title: '  Conseil  ' });
  expect(made).toMatchObject({ status: 201, body: { title: 'Conseil', ownerName: 'Amina', present: 0 } });
  const { id } = made.body;
  await connect(hub.vroom, people.Karim as Actor).join(id);
  expect(await ask('Karim', 'GET', `/${id}`)).toEqual({ status: 200, body: { ...made.body, present: 1 } });
  expect((await ask('Amina', 'GET')).body).toEqual([{ ...made.body, present: 1 }]);
  expect((await ask('Karim', 'GET')).body).toEqual([]);
  expect(await ask('Karim', 'DELETE', `/${id}`)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect(await ask('Amina', 'DELETE', `/${id}`)).toEqual({ status: 204, body: '' });
  expect(await ask('Karim', 'GET', `/${id}`)).toMatchObject({ status: 404, body: { code: 'room_not_found' } });
});

it('R-30 what does not fit the contract is refused', async () => {
  for (const body of [
    {},
    { title: '' },
    { title: ' ' },
    { title: 'a\0b' },
    { title: 'x'.repeat(201) },
    { title: 'x', ownerId: 'y' },
  ])
    expect(await ask('Amina', 'POST', '', body)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  expect(await ask('Amina', 'GET', `/${'x'.repeat(300)}`)).toMatchObject({ status: 400 });
  expect(await ask('Amina', 'GET', '/..%2f..%2fetc')).toMatchObject({ status: 404 });
  expect(await ask('nobody', 'GET')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
});
