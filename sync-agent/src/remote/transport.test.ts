import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createPlainServer, type Server as PlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { program } from '../../../test/services/available.ts';
import { goesDirectly } from './long-answer.ts';
import { type Asked, httpTransport, NoAnswer } from './transport.ts';

const servers: (Server | PlainServer)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server | PlainServer): Promise<URL> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/files?n=1`);
}
const serve = (answer: RequestListener) => listen(createServer(answer));
const ask = (url: URL, asked: Partial<Asked> = {}) => httpTransport(url, { method: 'POST', headers: {}, ...asked });

/** Copied piece by piece: what is lent is gone later. */
async function read(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
const noise = (length: number) => Buffer.from(Array.from({ length }, (_, n) => (n * n) % 251));

describe.each([{ isLong: false }, { isLong: true }])('the line to the hub, isLong $isLong', ({ isLong }) => {
  it('R-45 what is asked and answered comes as it is', async () => {
    const long = noise(3_000_000);
    const url = await serve((request, response) => {
      const { method, url: path, headers } = request;
      request.setEncoding('utf8').once('data', (text: string) => {
        response.writeHead(207, { 'X-Asked': `${method} ${path} ${headers.host} ${headers['x-own']} ${text}` });
        response.write(long.subarray(0, 7));
        response.end(long.subarray(7));
      });
    });
    const body = [Buffer.from('{"a"'), Buffer.from(':1}')];
    const { status, headers, body: answered } = await ask(url, { isLong, headers: { 'X-Own': 'own' }, body });
    expect(status).toBe(207);
    expect(headers['x-asked']).toBe(`POST /files?n=1 ${url.host} own {"a":1}`);
    expect((await read(answered)).equals(long)).toBe(true);
  });

  it('R-45 a line that is cut before the answer, and a port where nobody is', async () => {
    const url = await serve((request) => request.socket.destroy());
    await expect(ask(url, { isLong })).rejects.toThrow(NoAnswer);
    const free = await serve(() => {});
    servers.pop()?.close();
    await expect(ask(free, { isLong })).rejects.toThrow(NoAnswer);
  });

  it('R-45 its signal ends it, before the answer and in its midst', async () => {
    const url = await serve((request, response) => {
      if (request.headers['x-own']) response.write('beginning');
    });
    const early = new AbortController();
    const waiting = ask(url, { isLong, signal: early.signal });
    early.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    const late = new AbortController();
    const { body } = await ask(url, { isLong, signal: late.signal, headers: { 'X-Own': '1' } });
    const reading = read(body);
    late.abort();
    await expect(reading).rejects.toThrow();
  });
});

describe('the line to the hub', () => {
  it.skipIf(!program('openssl'))(
    'R-45 a secure line, by a certificate that is known and by one that is not',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'diwan-line-'));
      const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
      const subject = ['-subj', '/CN=hub.test', '-addext', 'subjectAltName=DNS:localhost'];
      const how = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
      execFileSync('openssl', [...how, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
      const long = noise(3_000_000);
      const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
        response.end(long);
      });
      const { port } = await listen(server);
      const url = new URL(`https://localhost:${port}/`);
      const known = getCACertificates();
      for (const isLong of [true, false]) {
        await expect(ask(url, { isLong })).rejects.toThrow(NoAnswer);
        setDefaultCACertificates([...known, readFileSync(cert, 'utf8')]);
        expect((await read((await ask(url, { isLong })).body)).equals(long)).toBe(true);
        const stranger = new URL(`https://127.0.0.1:${port}/`);
        await expect(ask(stranger, { isLong })).rejects.toThrow(NoAnswer);
        setDefaultCACertificates(known);
      }
      rmSync(folder, { recursive: true });
    },
  );

  it('R-45 a body that comes at a pace goes out as it comes', async () => {
    const url = await serve(async (request, response) => response.end(await read(request)));
    async function* slowly() {
      yield Buffer.from('one ');
      yield Buffer.from('after the other');
    }
    const { body } = await ask(url, { body: slowly() });
    expect(String(await read(body))).toBe('one after the other');
  });

  it('R-45 a connection that the server has closed meanwhile is no failure', async () => {
    let asked = 0;
    const url = await listen(
      createPlainServer((socket) => {
        socket.on('error', () => {});
        socket.on('data', () => {
          // The first answer promises that the connection stays; the next question is met by its end.
          if (++asked === 2) socket.resetAndDestroy();
          else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      }),
    );
    for (let n = 0; n < 2; n++) expect(String(await read((await ask(url)).body))).toBe('ok');
    expect(asked).toBe(3);
  });

  it('R-45 who knows no HTTP/1.0 is asked by a newer one', async () => {
    const versions: string[] = [];
    const url = await serve((request, response) => {
      versions.push(request.httpVersion);
      response.writeHead(request.httpVersion === '1.0' ? 426 : 200).end('text');
    });
    for (let n = 0; n < 2; n++) expect(String(await read((await ask(url, { isLong: true })).body))).toBe('text');
    expect(versions).toEqual(['1.0', '1.1', '1.1']);
  });

  it('R-45 what the environment sends through a proxy does not go directly', () => {
    const [plain, secure] = [new URL('http://hub.example'), new URL('https://hub.example')];
    expect([plain, secure].map((url) => goesDirectly(url, {}))).toEqual([true, true]);
    expect([plain, secure].map((url) => goesDirectly(url, { HTTPS_PROXY: 'http://p' }))).toEqual([true, false]);
    expect([plain, secure].map((url) => goesDirectly(url, { http_proxy: 'http://p' }))).toEqual([false, true]);
  });
});
