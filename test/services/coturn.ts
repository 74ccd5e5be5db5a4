import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
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
export function startCoturn(options: string[] = [], ip = '127.0.0.1'): Promise<Coturn> {
  return start(`turn:${ip}`, '', (port) => ({
    args: [
      '--listening-ip',
      ip,
      '--relay-ip',
      ip,
      '--listening-port',
      String(port),
      '--no-tls',
      '--no-dtls',
      ...options,
    ],
    ready: () => stunBinding(port, ip),
  }));
}

/** A TURN server that takes nothing but TLS, with a certificate that its own folder vouches for; it relays to the loopback interface. */
export function startTlsCoturn(): Promise<Coturn> {
  const ip = '127.0.0.1';
  return start(`turns:${ip}`, '?transport=tcp', (port, folder) => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const how = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=diwan.test', '-addext', `subjectAltName=IP:${ip}`];
    execFileSync('openssl', [...how, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return {
      args: [
        ...[
          '--listening-ip',
          ip,
          '--relay-ip',
          ip,
          '--tls-listening-port',
          String(port),
          '--cert',
          cert,
          '--pkey',
          key,
        ],
        ...['--no-udp', '--no-tcp', '--no-dtls', '--allow-loopback-peers'],
      ],
      ready: async () => {
        const socket = connect({ host: ip, port, ca: readFileSync(cert) });
        try {
          await once(socket, 'secureConnect');
        } finally {
          socket.destroy();
        }
      },
    };
  });
}

async function start(
  address: string,
  query: string,
  launch: (port: number, folder: string) => { args: string[]; ready: () => Promise<void> },
): Promise<Coturn> {
  const secret = randomBytes(16).toString('hex');
  const service = await startService('coturn', (port, folder) => {
    const { args, ready } = launch(port, folder);
    return {
      command: 'turnserver',
      args: [
        ...['-n', '--use-auth-secret', '--static-auth-secret', secret, '--realm', 'diwan.test'],
        ...['--no-cli', '--log-file', 'stdout', '--simple-log'],
        ...['--pidfile', join(folder, 'turnserver.pid'), '--userdb', join(folder, 'users.sqlite')],
        ...args,
      ],
      ready,
    };
  });
  return Object.assign(service, { url: `${address}:${service.port}${query}`, secret });
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
