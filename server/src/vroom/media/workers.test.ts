import type { HubError } from '@diwan/protocol/errors.ts';
import { expect, it } from 'vitest';
import { type Client, connect, settled, startHub, type TestHub } from '../test/meeting.ts';
import { listenInfos, ownAddresses } from './addresses.ts';

/** Two rooms, one on each of two workers, two people in each. */
async function twoRooms(hub: TestHub) {
  const rooms = [];
  for (const title of ['Une', 'Deux']) {
    const [amina, bilal] = [await hub.person('Amina'), await hub.person('Bilal')];
    const { id } = await hub.vroom.createRoom(amina, { title });
    const before = new Map(hub.vroom.stats().workers.map((w) => [w.pid, w.routers]));
    const [a, b] = [connect(hub.vroom, amina), connect(hub.vroom, bilal)];
    const [inA, inB] = [await a.join(id), await b.join(id)];
    const pid = hub.vroom.stats().workers.find((w) => w.routers > (before.get(w.pid) ?? 0))?.pid ?? 0;
    const producerId = await a.send('camera');
    const { consumerId } = await b.receive(producerId);
    rooms.push({ id, a, b, amina, inA, inB, pid, producerId, consumerId });
  }
  return rooms as [(typeof rooms)[0], (typeof rooms)[0]];
}

for (const [signal, what] of [
  ['SIGKILL', 'killed'],
  ['SIGSTOP', 'stopped'],
] as const)
  it(`R-37 a worker ${what}: its room goes on elsewhere with the same seats, the other room notices nothing`, async () => {
    const hub = await startHub({ workers: 2 });
    const [one, two] = await twoRooms(hub);
    expect(one.pid).not.toBe(two.pid);
    two.b.events.length = 0;
    process.kill(one.pid, signal);
    for (const client of [one.a, one.b]) expect(await client.next('room:media-lost')).toEqual({ roomId: one.id });
    await expect(one.a.send('screen')).rejects.toMatchObject({ code: 'media_unavailable' });

    const againA = await one.a.join(one.id, one.inA.seat);
    const againB = await one.b.join(one.id, one.inB.seat);
    expect([againA.self.id, againB.self.id]).toEqual([one.inA.self.id, one.inB.self.id]);
    expect(againB.others.map((p) => p.id)).toEqual([one.inA.self.id]);
    const { consumerId } = await one.b.receive(await one.a.send('camera'));
    await one.b.call('consumer:resume', { consumerId });

    await two.b.call('consumer:resume', { consumerId: two.consumerId });
    await two.a.call('producer:pause', { producerId: two.producerId });
    await settled();
    expect(two.b.events.map((e) => e.event)).toEqual(['producer:paused']);
    await hub.close();
  });

it('R-37 the only worker dies: joining waits for its successor', async () => {
  const hub = await startHub();
  const amina = await hub.person('Amina');
  const { id } = await hub.vroom.createRoom(amina, { title: 'Seule' });
  const a = connect(hub.vroom, amina);
  const { seat, self } = await a.join(id);
  const [worker] = hub.vroom.stats().workers;
  process.kill(worker?.pid ?? 0, 'SIGKILL');
  await a.next('room:media-lost');
  expect((await a.join(id, seat)).self.id).toBe(self.id);
  expect(hub.vroom.stats().workers.map((w) => w.index)).toEqual([0]);
  expect(hub.vroom.stats().workers[0]?.pid).not.toBe(worker?.pid);
  await hub.close();
});

it('R-37 a worker that dies while people join leaves them an error to retry on, and nothing else', async () => {
  const hub = await startHub({ workers: 2 });
  const people = await Promise.all(Array.from({ length: 8 }, (_, i) => hub.person(`P${i}`)));
  const rooms = await Promise.all(people.map((p) => hub.vroom.createRoom(p, { title: 'x' })));
  const clients = people.map((p) => connect(hub.vroom, p));
  const joins = clients.map((c, i) => c.join(rooms[i]?.id ?? ''));
  await settled();
  process.kill(hub.vroom.stats().workers[0]?.pid ?? 0, 'SIGKILL');
  for (const result of await Promise.allSettled(joins))
    if (result.status === 'rejected') expect((result.reason as HubError).code).toBe('media_unavailable');
  // The death may be noticed only now: whoever gets the error tries again, as a browser does.
  const joinAgain = async (client: Client, roomId: string): Promise<void> => {
    const refusal = await client.join(roomId).then(
      () => undefined,
      (error: HubError) => error,
    );
    if (!refusal) return;
    expect(refusal.code).toBe('media_unavailable');
    await settled();
    await joinAgain(client, roomId);
  };
  await Promise.all(clients.map((c, i) => joinAgain(c, rooms[i]?.id ?? '')));
  expect(hub.vroom.stats()).toMatchObject({ rooms: 8, participants: 8 });
  const carried = hub.vroom.stats().workers;
  expect(carried.reduce((sum, w) => sum + w.routers, 0)).toBe(8);
  expect(carried.reduce((sum, w) => sum + w.transports, 0)).toBe(16);
  await hub.close();
});

it('R-37 rooms spread over the workers', async () => {
  const hub = await startHub({ workers: 2 });
  const amina = await hub.person('Amina');
  for (let i = 0; i < 6; i++) {
    const { id } = await hub.vroom.createRoom(amina, { title: `${i}` });
    await connect(hub.vroom, amina).join(id);
  }
  expect(hub.vroom.stats().workers.map((w) => w.routers)).toEqual([3, 3]);
  await hub.close();
});

it('a hub whose worker can not start says so at once', async () => {
  await expect(startHub({ workerBin: '/nonexistent/mediasoup-worker' })).rejects.toThrow();
});

it('draining decides when workers close: no signal listener of mediasoup stays', async () => {
  const before = [process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')];
  const hub = await startHub({ workers: 2 });
  expect([process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')]).toEqual(before);
  await hub.close();
});

it('a worker listens on one port number, where browsers are told', () => {
  expect(listenInfos('meet.example.test', 44_401)).toEqual([
    { ip: '0.0.0.0', announcedAddress: 'meet.example.test', port: 44_401, protocol: 'udp' },
    { ip: '0.0.0.0', announcedAddress: 'meet.example.test', port: 44_401, protocol: 'tcp' },
  ]);
  expect(listenInfos('2001:db8::1', 1)[0]?.ip).toBe('::');
  const at = (address: string, internal = false) => ({
    address,
    internal,
    family: 'IPv4' as const,
    netmask: '255.255.255.0',
    mac: '00:00:00:00:00:00',
    cidr: null,
  });
  const interfaces = {
    lo: [at('127.0.0.1', true)],
    eth0: [at('192.0.2.7'), at('169.254.3.4')],
    docker0: [at('172.17.0.1')],
  };
  expect(ownAddresses(interfaces)).toEqual(['127.0.0.1', '192.0.2.7']);
  // The kernel would answer from another of its addresses than was asked.
  expect(listenInfos('192.0.2.7', 1, interfaces)[0]).toEqual({ ip: '192.0.2.7', port: 1, protocol: 'udp' });
  expect(listenInfos('192.0.2.8', 1, interfaces)[0]?.ip).toBe('0.0.0.0');
});
