import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorCode } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { FetchRequest, Operation, Outcome } from '@diwan/protocol/ibox-chunks.ts';

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
  /** Sent, by their hashes. */
  chunks: Map<string, Buffer>;
  /** Chunks that came, again and again ones too. */
  received: number;
  /** What was asked of /fetch, in order. */
  fetched: FetchRequest['items'];
  /** Cuts the line in the middle of so many answers to /fetch. */
  fetchesToCut: number;
  /** Does so many commits, and cuts the line instead of answering. */
  answersToLose: number;
  /** Answers a commit instead of the hub, operation by operation, where it says something. */
  refuse: ((operation: Operation) => ErrorCode | undefined) | undefined;
  put(name: string, content: string | null, parentId?: string): string;
  rename(id: string, name: string): void;
  move(id: string, parentId: string): void;
  remove(id: string): void;
  close(): Promise<void>;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

export async function startFakeHub(): Promise<FakeHub> {
  let seq = 0;
  const hub = {
    nodes: new Map(),
    epoch: 'e1',
    trouble: [],
    requests: [],
    chunks: new Map(),
    received: 0,
    fetched: [],
    fetchesToCut: 0,
    answersToLose: 0,
    refuse: undefined,
    validToken: 'access-1',
  } as unknown as FakeHub;
  const answers = new Map<string, Outcome[]>();
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
      sha256: kind === 'folder' ? null : sha256(bytes),
    };
    if (change.bytes && kind === 'file') node.version = (old?.version ?? 0) + 1;
    hub.nodes.set(id, node);
    return node;
  };
  write('root', { kind: 'folder', parentId: null });
  const presented = ({ bytes: _, ...node }: Node & { bytes: Buffer }): Node => node;
  const child = (parentId: string, name: string) =>
    [...hub.nodes.values()].find((node) => node.parentId === parentId && node.name === name);
  hub.rename = (id, name) => void write(id, { name });
  hub.move = (id, parentId) => void write(id, { parentId });
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

    if (parts[3] === 'chunks' && parts[4] === 'missing')
      return send(200, { missing: json().hashes.filter((sum: string) => !hub.chunks.has(sum)) });
    if (parts[3] === 'chunks') {
      let count = 0;
      for (let at = 0; at < bytes.length; count++) {
        const chunk = bytes.subarray(at + 36, at + 36 + bytes.readUInt32BE(at));
        const sum = bytes.subarray(at + 4, at + 36).toString('hex');
        if (sum !== sha256(chunk)) return refuse(400, 'upload_incomplete');
        hub.received++;
        hub.chunks.set(sum, Buffer.from(chunk));
        at += 36 + chunk.length;
      }
      return send(200, { chunks: count });
    }
    if (parts[3] === 'fetch') {
      const { items } = json() as FetchRequest;
      hub.fetched.push(...items);
      response.writeHead(200);
      const frames: Buffer[] = [];
      for (const { id, offset, length } of items) {
        const node = hub.nodes.get(id);
        const part =
          node?.bytes.subarray(offset, length === undefined ? undefined : offset + length) ?? Buffer.alloc(0);
        const { size, sha256: sum } = node ?? {};
        const head = node
          ? { ok: true, id, size, sha256: sum, length: part.length }
          : { ok: false, id, code: 'not_found', length: 0 };
        const text = Buffer.from(JSON.stringify(head));
        const count = Buffer.alloc(4);
        count.writeUInt32BE(text.length);
        frames.push(count, text, part);
      }
      const answer = Buffer.concat(frames);
      if (hub.fetchesToCut === 0) return response.end(answer);
      hub.fetchesToCut--;
      return response.write(answer.subarray(0, answer.length / 2), () =>
        setTimeout(() => request.socket.destroy(), 20),
      );
    }
    if (parts[5] === 'commits') {
      const outcomes: Outcome[] = answers.get(parts[6] as string) ?? [];
      if (outcomes.length === 0)
        for (const operation of json().operations as Operation[]) outcomes.push(apply(operation, outcomes));
      answers.set(parts[6] as string, outcomes);
      if (hub.answersToLose > 0) {
        hub.answersToLose--;
        return request.socket.destroy();
      }
      return send(200, { outcomes });
    }
    if (parts[3] === 'spaces') {
      const since = Number(url.searchParams.get('since'));
      const asked = url.searchParams.get('epoch');
      if (asked !== null && asked !== hub.epoch)
        return send(200, { epoch: hub.epoch, reset: true, nodes: [], seq: 0, more: true });
      const all = [...hub.nodes.values()].map(presented).concat(since === 0 ? [] : [...tombstones.values()]);
      const nodes = all.filter((node) => node.seq > since).sort((a, b) => a.seq - b.seq);
      return send(200, { epoch: hub.epoch, reset: false, nodes, seq, more: false });
    }
    const node = hub.nodes.get(parts[4] ?? '');
    if (!node) return refuse(404, 'not_found');
    return response.writeHead(200).end(node.bytes);
  }

  /** undefined: as before. */
  const bit = (executable: boolean | undefined) =>
    executable === undefined ? {} : { executable: executable || undefined };

  function apply(operation: Operation, before: readonly Outcome[]): Outcome {
    const no = (code: ErrorCode, missing?: string[]): Outcome => ({ ok: false, code, ...(missing && { missing }) });
    const yes = (node: Node & { bytes: Buffer }): Outcome => ({ ok: true, node: presented(node) });
    const idOf = (id: string) => {
      const made = id.startsWith('#') ? before[Number(id.slice(1))] : undefined;
      return made?.ok ? (made.node?.id ?? '') : id;
    };
    const refused = hub.refuse?.(operation);
    if (refused) return no(refused);
    const parentId = 'parentId' in operation && operation.parentId ? idOf(operation.parentId) : undefined;
    if (parentId !== undefined && !hub.nodes.has(parentId)) return no('not_found');
    const node = 'id' in operation ? hub.nodes.get(operation.id) : undefined;
    if ('id' in operation && !node) return no('not_found');
    const newest = (id: string): number =>
      [...hub.nodes.values()].reduce(
        (latest, { id: at, parentId: parent, seq: now }) =>
          Math.max(latest, at === id ? now : parent === id ? newest(at) : 0),
        0,
      );
    let content: Partial<Node & { bytes: Buffer }> = {};
    if ('content' in operation) {
      const { chunks, sha256: sum, mtime = null, executable } = operation.content;
      const missing = chunks.filter((name) => !hub.chunks.has(name));
      if (missing.length > 0) return no('upload_incomplete', missing);
      content = {
        bytes: Buffer.concat(chunks.map((name) => hub.chunks.get(name) as Buffer)),
        mtime,
        ...bit(executable),
      };
      if (sum !== undefined && sum !== sha256(content.bytes as Buffer)) return no('upload_incomplete');
    }
    switch (operation.op) {
      case 'folder':
      case 'file': {
        const { op: kind, name } = operation;
        if (child(parentId as string, name)) return no('name_taken');
        return yes(write(`n${seq + 1}`, { parentId: parentId as string, name, kind, ...content }));
      }
      case 'replace':
        return operation.baseVersion === node?.version ? yes(write(node.id, content)) : no('conflict');
      case 'move': {
        const { name = node?.name as string, id, baseSeq } = operation;
        if (baseSeq !== node?.seq) return no('conflict');
        const there = child(parentId ?? (node.parentId as string), name);
        if (there && there.id !== id) return no('name_taken');
        return yes(write(id, { name, ...(parentId !== undefined && { parentId }) }));
      }
      case 'set':
        return operation.baseSeq === node?.seq ? yes(write(node.id, bit(operation.executable))) : no('conflict');
      case 'delete':
        if (newest(operation.id) > operation.baseSeq) return no('conflict');
        hub.remove(operation.id);
        return { ok: true, node: null };
    }
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
