import { connect, isIP } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { type Answer, type Asked, CONNECT_MS, NoAnswer, SILENT_MS } from './transport.ts';

/** What is read from the line at once. */
const READ = 512 * 1024;
const LONGEST_HEAD = 64 * 1024;

/**
 * One question by HTTP/1.0 over a connection of its own: the answer's bytes come as they are, up to the end of the connection, into
 * memory that is used again. Every client of Node leaves each 64 KiB to the collector instead, twice, which takes eight times as long
 * (docs/performance.md). Who reads has to know by itself how much must come.
 * @param asked with a body in pieces, or none
 * @returns undefined when whoever is there wants a newer HTTP
 * @throws {NoAnswer}; the signal's reason
 */
export async function openLongAnswer(url: URL, { method, headers, body, signal }: Asked): Promise<Answer | undefined> {
  signal?.throwIfAborted();
  const isSecure = url.protocol === 'https:';
  const memory = Buffer.allocUnsafeSlow(READ);
  let came: Uint8Array | undefined;
  let ended: { error?: Error } | undefined;
  let wake = () => {};
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const options = {
    host,
    port: Number(url.port) || (isSecure ? 443 : 80),
    onread: {
      buffer: memory,
      callback(length: number) {
        came = memory.subarray(0, length);
        wake();
        // Nothing more comes before these were taken.
        return false;
      },
    },
  };
  const socket = isSecure
    ? connectSecurely({ ...options, ...(isIP(host) === 0 && { servername: host }) })
    : connect(options);
  const abort = () => void socket.destroy(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  socket.setTimeout(CONNECT_MS, () => socket.destroy(new NoAnswer('no answer in time')));
  socket.once(isSecure ? 'secureConnect' : 'connect', () => socket.setTimeout(SILENT_MS));
  socket.on('error', (error) => {
    ended ??= { error };
    wake();
  });
  for (const end of ['end', 'close'] as const)
    socket.on(end, () => {
      ended ??= {};
      wake();
    });
  socket.on('close', () => signal?.removeEventListener('abort', abort));

  /** @returns the next bytes, there until the next are asked for; undefined at the end */
  async function next(): Promise<Uint8Array | undefined> {
    if (!came && !ended) {
      const waiting = new Promise<void>((resolve) => {
        wake = resolve;
      });
      socket.resume();
      await waiting;
    }
    const taken = came;
    came = undefined;
    if (taken) return taken;
    signal?.throwIfAborted();
    if (ended?.error) throw new NoAnswer(String(ended.error));
    return undefined;
  }

  async function* rest(first: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
    try {
      if (first.length > 0) yield first;
      for (let bytes = await next(); bytes; bytes = await next()) yield bytes;
    } finally {
      socket.destroy();
    }
  }

  try {
    const pieces = (body ?? []) as readonly Uint8Array[];
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const lines = Object.entries({ ...headers, Host: url.host, Connection: 'close', 'Content-Length': String(length) });
    socket.write(`${method} ${url.pathname}${url.search} HTTP/1.0\r\n`);
    socket.write(`${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    for (const piece of pieces) socket.write(piece);

    let head = '';
    for (;;) {
      const bytes = await next();
      if (!bytes) throw new NoAnswer('the line was cut');
      const known = head.length;
      head += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1 && head.length <= LONGEST_HEAD) continue;
      const answer = end === -1 ? undefined : headOf(head.slice(0, end));
      if (!answer) throw new NoAnswer('not an answer by HTTP');
      const { status, headers } = answer;
      if (status === 426 || status === 505 || headers['transfer-encoding'] !== undefined) {
        socket.destroy();
        return undefined;
      }
      return { ...answer, body: rest(bytes.subarray(end + 4 - known)) };
    }
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Status and headers, by their names in small letters (RFC 9112). */
function headOf(text: string): Pick<Answer, 'status' | 'headers'> | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] ([2-5]\d\d)(?: |$)/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(status), headers };
}

/** Whether no proxy of the environment stands between. */
export function goesDirectly({ protocol }: URL, env: NodeJS.ProcessEnv = process.env): boolean {
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  return !(env[name] || env[name.toUpperCase()]);
}
