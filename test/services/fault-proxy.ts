import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `down`: connections are refused. `stall`: they are taken, and nothing goes through. `truncate`: replies end in the middle, as if
 * they were whole. `flip`: a bit of every 10,000 bytes of a reply's body is another. `swallow`: requests arrive, replies do not.
 */
export type Fault = 'none' | 'down' | 'stall' | 'truncate' | 'flip' | 'swallow';

export interface FaultProxy {
  url: string;
  /** From now on, also on the connections that are open. */
  set(fault: Fault): Promise<void>;
  close(): Promise<void>;
}

/** Short answers and the heads of long ones go through unharmed: what is harmed are bodies. */
const soundBytes = 3000;

/** Between a client and a real service, on the wire: neither knows of it. HTTP/1.1, one request after the other on a connection. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(upstream);
  let fault: Fault = 'none';
  const open = new Set<Socket>();
  let server: Server | undefined;

  function connected(client: Socket): void {
    const service = connect(Number(port), hostname);
    for (const socket of [client, service]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {});
    }
    /** Of the reply to the last request. */
    let replied = 0;
    client.on('data', (bytes) => {
      replied = 0;
      if (fault !== 'stall' && !service.write(bytes)) client.pause();
    });
    service.on('drain', () => client.resume());
    service.on('data', (bytes) => {
      const before = replied;
      replied += bytes.length;
      if (fault === 'stall' || fault === 'swallow') return;
      if (fault === 'truncate' && replied > soundBytes) {
        client.end(bytes.subarray(0, Math.max(0, soundBytes - before)));
        service.destroy();
        return;
      }
      if (fault === 'flip') flip(bytes, before);
      if (!client.write(bytes)) service.pause();
    });
    client.on('drain', () => service.resume());
    client.on('close', () => service.destroy());
    service.on('close', () => client.destroySoon());
  }

  async function listen(at: number): Promise<number> {
    server = createServer(connected).listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  async function close(): Promise<void> {
    const closing = server;
    server = undefined;
    const closed = closing && once(closing.close(), 'close');
    for (const socket of open) socket.destroy();
    await closed;
  }

  const own = await listen(0);
  return {
    url: `http://127.0.0.1:${own}`,
    async set(next) {
      if (next === 'down') await close();
      else if (!server) await listen(own);
      fault = next;
    },
    close,
  };
}

function flip(bytes: Buffer, before: number): void {
  const first = Math.max(0, soundBytes - before) + (before === 0 ? 0 : 5000 % bytes.length);
  for (let at = first; at < bytes.length; at += 10_000) bytes[at] = (bytes[at] as number) ^ 0x04;
}
