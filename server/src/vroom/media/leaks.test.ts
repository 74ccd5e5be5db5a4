import { HubError } from '@diwan/protocol/errors.ts';
import fc from 'fast-check';
import { observer, type types } from 'mediasoup';
import { expect, it } from 'vitest';
import { type Client, connect, settled, startHub } from '../test/meeting.ts';

let piped = 0;
/** Kept by mediasoup's own observer, so that the workers themselves can be asked what they hold. */
const held: { worker: types.Worker; servers: types.WebRtcServer[] }[] = [];
observer.on('newworker', (worker) => {
  const servers: types.WebRtcServer[] = [];
  held.push({ worker, servers });
  worker.observer.on('newwebrtcserver', (server) => servers.push(server));
  worker.observer.on('newrouter', (router) => {
    router.observer.on('newtransport', (transport) => {
      if (transport.type === 'pipe') transport.observer.on('newproducer', () => piped++);
    });
  });
});

/** What these worker processes hold beyond their one listening server. */
async function remains(pids: number[]) {
  const inOrder = pids.flatMap((pid) => held.filter(({ worker }) => worker.pid === pid));
  return Promise.all(
    inOrder.map(async ({ worker, servers }) => {
      const { routerIds, channelMessageHandlers } = await worker.dump();
      const dumps = await Promise.all(servers.map((s) => s.dump()));
      return {
        routers: routerIds.length,
        handlers: channelMessageHandlers.channelRequestHandlers.filter((id) => !servers.some((s) => s.id === id)),
        transports: dumps.flatMap((d) => d.webRtcTransportIds),
        fragments: dumps.flatMap((d) => d.localIceUsernameFragments),
      };
    }),
  );
}

/** A room's router has two observers: the dominant speaker and the levels. */
const observersAndRouter = 3;

const often = (weight: number, ...acts: string[]) => ({ weight, arbitrary: fc.constantFrom(...acts) });
const step = fc.record({
  who: fc.nat({ max: 3 }),
  room: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  act: fc.oneof(
    often(10, 'send', 'receive', 'receive'),
    often(4, 'join', 'rejoin'),
    often(2, 'stop', 'drop', 'leave'),
    often(1, 'end', 'join'),
  ),
  source: fc.constantFrom('microphone' as const, 'camera' as const, 'screen' as const),
  stream: fc.nat({ max: 5 }),
  /** Calls go out without waiting for the one before, unless this is set. */
  waits: fc.boolean(),
});

it('R-32 whatever people do, in whatever order, the workers hold nothing when all have gone', async () => {
  const hub = await startHub({ workers: 2, workerConsumers: 4 });
  const people = await Promise.all(['A', 'B', 'C', 'D'].map((name) => hub.person(name)));
  const owner = await hub.person('Owner');
  const pids = hub.vroom.stats().workers.map((w) => w.pid);
  let joined = 0;
  let received = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      for (const { accountId } of people) hub.vroom.remove({ accountId });
      await settled();
      const rooms = await Promise.all([1, 2].map(() => hub.vroom.createRoom(owner, { title: 'x' })));
      const clients: Client[] = people.map((p) => connect(hub.vroom, p));
      const seats: string[] = [];
      const producers: string[] = [];
      const calls: Promise<unknown>[] = clients.map((client) => client.join(rooms[0]?.id ?? ''));
      await Promise.all(calls);
      const run = async ({ who, room, act, source, stream }: (typeof steps)[number]) => {
        const client = clients[who] as Client;
        const roomId = rooms[room]?.id ?? '';
        const producerId = producers.at(-1 - stream) ?? 'none';
        if (act === 'join') seats[who] = (await client.join(roomId)).seat;
        if (act === 'rejoin') await client.join(roomId, seats[who]);
        if (act.endsWith('join')) joined++;
        if (act === 'leave') await client.call('room:leave', {});
        if (act === 'send') producers.push(await client.send(source));
        if (act === 'receive') await client.receive(producerId).then(() => received++);
        if (act === 'stop') await client.call('producer:close', { producerId });
        if (act === 'drop') {
          client.drop();
          clients[who] = connect(hub.vroom, people[who] as (typeof people)[0]);
        }
        if (act === 'end') await hub.vroom.endRoom(owner, roomId);
      };
      for (const one of steps) {
        const call = run(one).catch((error) => {
          if (!(error instanceof HubError) || error.code === 'internal') throw error;
        });
        calls.push(call);
        if (one.waits) await call;
      }
      for (const client of clients) client.drop();
      await Promise.all(calls);

      // Those who are away still hold what they had, and nothing else is held.
      const listed = await Promise.all(
        rooms
          .map(async ({ id }) => {
            const looker = connect(hub.vroom, owner);
            const { others } = await looker.join(id);
            await looker.call('room:leave', {});
            return others.flatMap((p) => p.producers).length;
          })
          .map((look) => look.catch(() => 0)),
      );
      // A stream's end goes from worker to worker: one answer of each for either way.
      for (let way = 0; way < 2; way++) await remains(pids);
      const { participants, workers } = hub.vroom.stats();
      const inWorkers = await remains(pids);
      expect(inWorkers.flatMap((w) => w.transports).length).toBe(2 * participants);
      expect(workers.reduce((sum, w) => sum + w.producers, 0)).toBe(listed.reduce((sum, n) => sum + n, 0));
      const handlers = workers.map(
        (w) => observersAndRouter * w.routers + w.transports + w.producers + w.piped + w.consumers,
      );
      expect(inWorkers.map((w) => w.handlers.length)).toEqual(handlers);

      for (const { accountId } of people) hub.vroom.remove({ accountId });
      await settled();
      const nothing = { routers: 0, handlers: [], transports: [], fragments: [] };
      expect(await remains(pids)).toEqual([nothing, nothing]);
      const idle = { routers: 0, transports: 0, producers: 0, consumers: 0, piped: 0, settling: 0 };
      expect(hub.vroom.stats()).toMatchObject({ rooms: 0, participants: 0, workers: [idle, idle] });
    }),
    { numRuns: 50 },
  );
  expect(joined).toBeGreaterThan(50);
  expect(received).toBeGreaterThan(10);
  expect(piped).toBeGreaterThan(0);
  await hub.close();
});
