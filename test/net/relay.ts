import { createSocket, type Socket as Udp } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

// Runs in a namespace between a client and the hub, and is as bad a network as it is told to be: orders come as lines of JSON on
// stdin, each is answered with one line. Everybody but the client has a good network here.

export interface Plan {
  /** Where clients come in, and where the hub is. */
  listen: string;
  target: string;
  /** Its network is the bad one. */
  client: string;
  /** The same numbers on both sides. */
  tcp: number[];
  udp: number[];
}

export interface Weather {
  /** Each way, in ms. */
  delayMs: number;
  /** Share of UDP packets that never arrive, each way: TCP mends what is lost. */
  loss: number;
  udp: boolean;
  /** TCP ports that the client reaches. */
  tcp: number[];
}

let weather: Weather | undefined;
/** The client's connections, by their port. */
const fromClient = new Map<Socket, number>();

function relayUdp({ listen, target, client }: Plan, port: number): Promise<void> {
  const inside = createSocket('udp4');
  const flows = new Map<string, Udp>();
  const pass = (from: string, send: () => void) => {
    if (from !== client || !weather) return send();
    if (!weather.udp || Math.random() < weather.loss) return undefined;
    return weather.delayMs > 0 ? void setTimeout(send, weather.delayMs) : send();
  };
  inside.on('message', (packet, from) => {
    const key = `${from.address}:${from.port}`;
    let flow = flows.get(key);
    if (!flow) {
      flow = createSocket('udp4');
      flow.on('message', (answer) => pass(from.address, () => inside.send(answer, from.port, from.address)));
      flow.on('error', () => {});
      flows.set(key, flow);
    }
    const out = flow;
    pass(from.address, () => out.send(packet, port, target));
  });
  // Nobody reachable behind a cut line is no reason to stop.
  inside.on('error', () => {});
  return new Promise((resolve) => inside.bind(port, listen, resolve));
}

function relayTcp({ listen, target, client }: Plan, port: number): Promise<void> {
  const server = createServer({ noDelay: true }, (near) => {
    const isClient = near.remoteAddress === client;
    if (isClient && weather && !weather.tcp.includes(port)) return void near.destroy();
    const far = connect({ port, host: target, noDelay: true });
    if (isClient) fromClient.set(near, port).set(far, port);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => {
        const delay = isClient && weather ? weather.delayMs : 0;
        if (delay > 0) setTimeout(() => to.write(bytes), delay);
        else to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        fromClient.delete(from);
        to.destroy();
      });
    }
    return undefined;
  });
  return new Promise((resolve) => server.listen(port, listen, resolve));
}

async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[2] as string) as Plan;
  await Promise.all([...plan.udp.map((port) => relayUdp(plan, port)), ...plan.tcp.map((port) => relayTcp(plan, port))]);
  const orders = createInterface({ input: process.stdin });
  orders.on('line', (line) => {
    weather = JSON.parse(line) as Weather;
    for (const [socket, port] of fromClient) if (!weather.tcp.includes(port)) socket.destroy();
    console.log('done');
  });
  orders.on('close', () => process.exit());
  console.log('ready');
}

if (import.meta.main) await main();
