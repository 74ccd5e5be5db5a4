import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Service, startService } from './service.ts';

export interface Coturn extends Service {
  /** For TURN_URL. */
  url: string;
  /** For TURN_SECRET: signs time-limited credentials. */
  secret: string;
}

/**
 * Starts a real TURN server.
 * @param options further options of `turnserver`
 * @param ip where it listens and relays: the loopback interface unless told
 */
export async function startCoturn(options: string[] = [], ip = '127.0.0.1'): Promise<Coturn> {
  const secret = randomBytes(16).toString('hex');
  const service = await startService('coturn', (port, folder) => ({
    command: 'turnserver',
    args: [
      ...['-n', '--use-auth-secret', '--static-auth-secret', secret, '--realm', 'diwan.test'],
      ...['--listening-ip', ip, '--relay-ip', ip, '--listening-port', String(port)],
      ...['--no-tls', '--no-dtls', '--no-cli', '--log-file', 'stdout', '--simple-log'],
      ...['--pidfile', join(folder, 'turnserver.pid'), '--userdb', join(folder, 'users.sqlite')],
      ...options,
    ],
    ready: () => stunBinding(port, ip),
  }));
  return Object.assign(service, { url: `turn:${ip}:${service.port}`, secret });
}

/**
 * Sends one STUN binding request (RFC 8489) over UDP.
 * @throws {Error} when no success response comes within 200 ms
 */
export async function stunBinding(port: number, ip = '127.0.0.1'): Promise<void> {
  const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
  const socket = createSocket('udp4');
  try {
    socket.send(request, port, ip);
    const [answer] = (await once(socket, 'message', { signal: AbortSignal.timeout(200) })) as [Buffer];
    const isSuccess = answer.readUInt16BE(0) === 0x0101;
    if (!isSuccess || !answer.subarray(8, 20).equals(request.subarray(8, 20))) throw new Error('no STUN answer');
  } finally {
    socket.close();
  }
}
