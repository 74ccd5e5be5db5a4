import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorCode } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';

/** A hub's Ibox in memory, for tests of single steps only: what a whole agent does is tested against the real hub. */
export interface FakeHub {
  url: string;
  nodes: Map<string, Node & { bytes: Buffer }>;
  epoch: string;
  /** Answers these, in turn, instead of what is asked: a status, a code, perhaps Retry-After in seconds; 0 cuts the line. */
  trouble: { status: number; code?: ErrorCode; retryAfter?: number }[];
  /** Method and path of every request. */
  requests: string[];
  validToken: string;
  put(name: string, content: string | null, parentId?: string): string;
  remove(id: string): void;
  close(): Promise<void>;
}

export async function startFakeHub(): Promise<FakeHub> {
  let seq = 0;
  const hub = {
    nodes: new Map(),
    epoch: 'e1',
    trouble: [],
    requests: [],
    validToken: 'access-1',
  } as unknown as FakeHub;
  const tombstones = new Map<string, Node>();
  const write = (id: string, change: Partial<Node & { bytes: Buffer }>) => {
    const old = hub.nodes.get(id);
    const at = Date.now();
    const bytes = change.bytes ?? old?.bytes ?? Buffer.alloc(0);
    const kind = change.kind ?? old?.kind ?? 'file';
    const node = {
      ...{ id, spaceId: 's', parentId: 'root', kind, name: '', version: 0, mediaType: null, mtime: null },
      ...{ createdAt: at, changedAt: at, changedBy: 'x', deleted: false },
      ...old,
      ...change,
      seq: ++seq,
      bytes,
      size: bytes.length,
      sha256: kind === 'folder' ? null : createHash('sha256').update(bytes).digest('hex'),
    };
    if (change.bytes && kind === 'file') node.version = (old?.version ?? 0) + 1;
    hub.nodes.set(id, node);
    return node;
  };
  write('root', { kind: 'folder', parentId: null });
  const presented = ({ bytes: _, ...node }: Node & { bytes: Buffer }): Node => node;
  const child = (parentId: string, name: string) =>
    [...hub.nodes.values()].find((node) => node.parentId === parentId && node.name === name);
  hub.remove = (id) => {
    for (const node of hub.nodes.values()) if (node.parentId === id) hub.remove(node.id);
    const node = hub.nodes.get(id);
    if (node) tombstones.set(id, { ...presented(node), deleted: true, seq: ++seq });
    hub.nodes.delete(id);
  };
  hub.put = (name, content, parentId = 'root') => {
    const id = child(parentId, name)?.id ?? `n${seq + 1}`;
    const kind = content === null ? 'folder' : 'file';
    write(id, { parentId, name, kind, bytes: Buffer.from(content ?? ''), mtime: 1_000_000 });
    return id;
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://hub');
    const parts = url.pathname.split('/').map(decodeURIComponent);
    hub.requests.push(`${request.method} ${url.pathname}`);
    const send = (status: number, body?: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const refuse = (status: number, code: ErrorCode, retryAfter?: number) =>
      send(status, { type: 'x', status, code, title: code, ...(retryAfter === undefined ? {} : { retryAfter }) });
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const json = () => JSON.parse(bytes.toString());
    if (url.pathname === '/api/auth/refresh') {
      const [kind, n] = String(json().refreshToken).split('-');
      if (hub.validToken !== `access-${n}` || kind !== 'refresh') return refuse(401, 'unauthenticated');
      hub.validToken = `access-${Number(n) + 1}`;
      return send(200, { accessToken: hub.validToken, refreshToken: `refresh-${Number(n) + 1}`, expiresIn: 600 });
    }
    if (parts[1] !== 'api') return refuse(404, 'not_found');
    const trouble = hub.trouble.shift();
    if (trouble?.status === 0) return request.socket.destroy();
    if (trouble) return refuse(trouble.status, trouble.code ?? 'unavailable', trouble.retryAfter);
    if (request.headers.authorization !== `Bearer ${hub.validToken}`) return refuse(401, 'token_expired');

    const sent = request.headers['content-sha256'];
    const isTorn = sent !== undefined && sent !== createHash('sha256').update(bytes).digest('hex');
    const mtime = Number(url.searchParams.get('mtime') ?? 0);
    if (parts[3] === 'spaces') {
      const since = Number(url.searchParams.get('since'));
      const asked = url.searchParams.get('epoch');
      if (asked !== null && asked !== hub.epoch)
        return send(200, { epoch: hub.epoch, reset: true, nodes: [], seq: 0, more: true });
      const all = [...hub.nodes.values()].map(presented).concat(since === 0 ? [] : [...tombstones.values()]);
      const nodes = all.filter((node) => node.seq > since).sort((a, b) => a.seq - b.seq);
      return send(200, { epoch: hub.epoch, reset: false, nodes, seq, more: false });
    }
    if (parts[3] === 'folders') {
      const { parentId, name } = json();
      if (child(parentId, name)) return refuse(409, 'name_taken');
      return send(201, presented(write(`n${seq + 1}`, { parentId, name, kind: 'folder' })));
    }
    const node = hub.nodes.get(parts[4] ?? '');
    if (!node) return refuse(404, 'not_found');
    if (isTorn) return refuse(400, 'upload_incomplete');
    if (parts[5] === 'files') {
      const name = parts[6] ?? '';
      if (child(node.id, name)) return refuse(409, 'name_taken');
      return send(201, presented(write(`n${seq + 1}`, { parentId: node.id, name, kind: 'file', bytes, mtime })));
    }
    if (parts[5] === 'content' && request.method === 'GET') return response.writeHead(200).end(node.bytes);
    if (parts[5] === 'content') {
      if (Number(url.searchParams.get('baseVersion')) !== node.version) return refuse(409, 'conflict');
      return send(200, presented(write(node.id, { bytes, mtime })));
    }
    if (request.method === 'DELETE') {
      hub.remove(node.id);
      return send(204);
    }
    const { baseSeq, ...change } = json();
    if (baseSeq !== node.seq) return refuse(409, 'conflict');
    return send(200, presented(write(node.id, change)));
  }

  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  hub.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return hub;
}
