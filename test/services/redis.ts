import { once } from 'node:events';
import { connect } from 'node:net';
import { type Service, startService } from './service.ts';

export interface Redis extends Service {
  /** For REDIS_URL. */
  url: string;
}

/** Starts a real Redis that keeps nothing on disk. */
export async function startRedis(): Promise<Redis> {
  const service = await startService('redis', (port, folder) => ({
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    ready: () => ping(port),
  }));
  return Object.assign(service, { url: `redis://127.0.0.1:${service.port}` });
}

async function ping(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    if (String(answer) !== '+PONG\r\n') throw new Error(`Redis answered ${answer}`);
  } finally {
    socket.destroy();
  }
}
