import type { Ack } from '@diwan/protocol/errors.ts';
import { type Node, WholeNodePage } from '@diwan/protocol/ibox.ts';
import type { Me } from '@diwan/protocol/identity.ts';
import type { Terms } from '@diwan/protocol/terms.ts';
import { io, type Socket } from 'socket.io-client';
import type { Hub } from '../services/hub.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: black-box tests look at what came
  body: any;
}

/** A browser without a page: a cookie jar, our origin, and no knowledge of the server's code. */
export function createClient(hub: Pick<Hub, 'url'>) {
  const jar = new Map<string, string>();
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

  /** A plain object as body is sent as JSON, anything else as it is. */
  async function request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const json = body !== undefined && Object.getPrototypeOf(body) === Object.prototype;
    const response = await fetch(hub.url + path, {
      method,
      headers: {
        origin: hub.url,
        ...(jar.size > 0 ? { cookie: cookies() } : {}),
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as BodyInit), duplex: 'half' }),
      redirect: 'manual',
    } as RequestInit);
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';', 1) as [string];
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    const type = response.headers.get('content-type') ?? '';
    const read = type.includes('json')
      ? response.json()
      : type.startsWith('text/')
        ? response.text()
        : response.arrayBuffer();
    return {
      status: response.status,
      headers: response.headers,
      body: response.status === 204 ? undefined : await read,
    };
  }

  const client = {
    jar,
    request,
    get: (path: string, headers?: Record<string, string>) => request('GET', path, undefined, headers),
    post: (path: string, body?: unknown, headers?: Record<string, string>) => request('POST', path, body, headers),

    /** All that is in a folder. */
    async children(folderId: string): Promise<Node[]> {
      const found: Node[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const query = new URLSearchParams({ limit: '1000', ...(after && { after }) });
        const { body } = await client.get(`/api/ibox/nodes/${folderId}/children?${query}`);
        const page = WholeNodePage.parse(body);
        found.push(...page.nodes);
        after = page.next;
      }
      return found;
    },
    async login(identifier: string, password: string): Promise<Answer & { body: Me }> {
      return client.post('/api/auth/login', { identifier, password });
    },
    async acceptTerms(): Promise<Answer> {
      const terms: Terms = (await client.get('/api/terms')).body;
      const { version, hash } = terms;
      return client.post('/api/terms/accept', { version, hash, language: 'fr', label: 'Accepter et valider' });
    },
    /** A live connection with this client's cookies. */
    socket(options: { origin?: string; token?: string; guestOf?: string } = {}): Socket {
      return io(hub.url, {
        transports: ['websocket'],
        forceNew: true,
        reconnectionDelay: 100,
        extraHeaders: { origin: options.origin ?? hub.url, cookie: cookies() },
        auth: { token: options.token, guestOf: options.guestOf },
      });
    },
  };
  return client;
}
export type Client = ReturnType<typeof createClient>;

export const connected = (socket: Socket) =>
  new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });

/** The next event of this name, as it came. */
// biome-ignore lint/suspicious/noExplicitAny: black-box tests look at what came
export const next = (socket: Socket, event: string) => new Promise<any>((resolve) => socket.once(event, resolve));

// biome-ignore lint/suspicious/noExplicitAny: black-box tests look at what came
export const call = (socket: Socket, event: string, request?: unknown): Promise<Ack<any>> =>
  socket.timeout(10_000).emitWithAck(event, request);

/** The admin of a new hub, signed in, terms accepted. */
export async function signedInAdmin(hub: Hub): Promise<Client> {
  const client = createClient(hub);
  const { status } = await client.login(hub.admin.email, hub.admin.password);
  if (status !== 200) throw new Error(`admin login answered ${status}`);
  await client.acceptTerms();
  return client;
}

export const testPassword = 'un mot de passe de test';

/** A new person, invited by the admin, signed in; terms accepted unless told otherwise. */
export async function signedInPerson(
  hub: Hub,
  admin: Client,
  email: string,
  name: string,
  terms = true,
): Promise<Client> {
  const created = await admin.post('/api/admin/accounts', { email, name });
  if (created.status !== 201) throw new Error(`creating ${email} answered ${created.status}`);
  const token = new URL(created.body.invitationUrl).pathname.split('/').at(-1);
  const client = createClient(hub);
  await client.post(`/api/auth/invitations/${token}`, { password: testPassword });
  await client.login(email, testPassword);
  if (terms) await client.acceptTerms();
  return client;
}
