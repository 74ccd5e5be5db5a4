import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, Problem } from '@diwan/protocol/errors.ts';
import { Tokens } from '@diwan/protocol/identity.ts';
import type { z } from 'zod';
import { type Pace, paced } from './pace.ts';
import { type Answer, httpTransport, NoAnswer, type Transport } from './transport.ts';

/** The hub refused, in its own words (`title`, in the language asked for). */
export class Refused extends Error {
  readonly code: ErrorCode;
  readonly title: string;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  constructor({ code, title, detail, retryAfter }: Pick<Problem, 'code' | 'title' | 'detail' | 'retryAfter'>) {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
    this.title = title;
    this.retryAfter = retryAfter;
  }
}

/** No answer, or one that is not the hub's, after every try. */
export class Unreachable extends Error {}

/** Where tokens are kept. `exclusively` keeps two processes from renewing at once: a token used twice ends the session. */
export interface TokenStore {
  read(): { accessToken: string; refreshToken: string };
  write(tokens: { accessToken: string; refreshToken: string }): Promise<void>;
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  json?: unknown;
  /** Contents, in pieces that stay as they are until it is answered. */
  body?: readonly Uint8Array[];
  signal?: AbortSignal | undefined;
  /** Much will come: each piece of the answer is there only until the next is asked for. */
  isLong?: boolean;
}

export interface Client {
  hub: string;
  /** An answer with this contract. @throws {Refused | Unreachable} */
  ask<T extends z.ZodType>(answer: T, path: string, call?: Call): Promise<z.output<T>>;
  /** The raw answer of a status in the 200s. @throws {Refused | Unreachable} */
  request(path: string, call?: Call): Promise<Answer>;
  /** Counts bytes of contents that came in, and waits until so many more may. */
  takeIn?(bytes: number, signal?: AbortSignal): Promise<void>;
  /** Bytes of contents, since the client was made. */
  readonly meter: { up: number; down: number };
  /** The hub's clock, ms since the epoch; this machine's where they are about the same. */
  now(): number;
  /** A token that was valid a moment ago. @throws {Refused | Unreachable} */
  accessToken(renew?: boolean): Promise<string>;
}

export interface ClientOptions {
  language: string;
  /** How often a call is tried before it is given up: 6 unless told. */
  tries?: number;
  /** Milliseconds before the second try, doubled each time, half of it random; 400 unless told. */
  pause?: number;
  /** How fast contents may pass; shared by clients that share a limit. Without, as fast as it goes. */
  paces?: { up: Pace; down: Pace };
  /** HTTP unless told. */
  transport?: Transport;
}

/** Codes of 503 that end by themselves, but not within a few tries: the agent pauses instead. */
const isLasting = (code: ErrorCode) => code === 'maintenance';

/** @param tokens undefined before sign-in */
export function createClient(hub: string, tokens: TokenStore | undefined, options: ClientOptions): Client {
  const { language, tries = 6, pause = 400, paces, transport = httpTransport } = options;
  const meter = { up: 0, down: 0 };
  let skew = 0;
  let renewing: Promise<string> | undefined;

  /** Sends it until it is answered, waiting longer after each failure of the network or the hub. */
  async function send(path: string, call: Call, token: string | undefined): Promise<Answer> {
    const url = new URL(path, hub);
    for (const [name, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const headers: Record<string, string> = { 'Accept-Language': language, ...call.headers };
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    if (call.json !== undefined) headers['Content-Type'] = 'application/json';
    for (let n = 1; ; n++) {
      let failure: Error;
      let wait = pause * 2 ** (n - 1) * (0.5 + Math.random() / 2);
      try {
        const contents = call.body;
        const isPaced = contents && paces?.up.limit() !== undefined;
        const json = call.json !== undefined ? [Buffer.from(JSON.stringify(call.json))] : undefined;
        const body = isPaced ? metered(paced(contents, paces.up, call.signal)) : (contents ?? json);
        const { method = 'GET', signal, isLong } = call;
        const sent = Date.now();
        const response = await transport(url, { method, headers, body, signal, isLong });
        skew = skewOf(response.headers.date, sent, Date.now()) ?? skew;
        if (contents && !isPaced) for (const { length } of contents) meter.up += length;
        if (response.status >= 200 && response.status < 300) return response;
        failure = await problemOf(response);
        if (failure instanceof Refused) {
          const again = (response.status >= 500 && response.status !== 507) || response.status === 429;
          if (!again || isLasting(failure.code)) throw failure;
          if (failure.retryAfter !== undefined) wait = Math.max(wait, failure.retryAfter * 1000);
        }
      } catch (error) {
        if (error instanceof Refused || call.signal?.aborted) throw error;
        if (!(error instanceof NoAnswer)) throw error;
        failure = new Unreachable(error.message);
      }
      if (n >= tries) throw failure;
      await sleep(wait, undefined, call.signal ? { signal: call.signal } : {});
    }
  }

  async function* metered(parts: AsyncIterable<Uint8Array>) {
    for await (const part of parts) {
      meter.up += part.length;
      yield part;
    }
  }

  /** One renewal at a time, in this process and in others; whoever comes second takes the first one's token. */
  function renew(stale: string): Promise<string> {
    renewing ??= (async () => {
      if (!tokens) throw new Refused({ code: 'unauthenticated', title: '' });
      return tokens.exclusively(async () => {
        const saved = tokens.read();
        if (saved.accessToken !== stale) return saved.accessToken;
        const call: Call = { method: 'POST', json: { refreshToken: saved.refreshToken } };
        const next = Tokens.parse(await jsonOf(await send('/api/auth/refresh', call, undefined)));
        await tokens.write(next);
        return next.accessToken;
      });
    })().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  async function request(path: string, call: Call = {}): Promise<Answer> {
    const token = tokens?.read().accessToken;
    try {
      return await send(path, call, token);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'token_expired' || token === undefined) throw error;
      return send(path, call, await renew(token));
    }
  }

  return {
    hub,
    request,
    meter,
    now: () => Date.now() + skew,
    async takeIn(bytes, signal) {
      meter.down += bytes;
      await paces?.down(bytes, signal);
    },
    async ask(answer, path, call) {
      const response = await request(path, call);
      const body = await jsonOf(response).catch((error) => {
        throw new Unreachable(String(error));
      });
      const parsed = answer.safeParse(body);
      if (!parsed.success) throw new Unreachable(`${path}: ${parsed.error.message}`);
      return parsed.data;
    },
    async accessToken(fresh = false) {
      const token = tokens?.read().accessToken ?? '';
      return fresh ? renew(token) : token;
    },
  };
}

/** The header tells whole seconds; what is within them is no difference. */
const CLOCKS_EQUAL_MS = 2000;

/**
 * How far the hub's clock is ahead of this machine's, in ms.
 * @param date the answer's header; `sent` and `came`: when the question went and the answer came, by this machine
 */
export function skewOf(date: string | string[] | undefined, sent: number, came: number): number | undefined {
  const there = Date.parse(String(date));
  if (Number.isNaN(there)) return undefined;
  const skew = there + 500 - (sent + came) / 2;
  return Math.abs(skew) < CLOCKS_EQUAL_MS + (came - sent) / 2 ? 0 : skew;
}

async function jsonOf({ body }: Answer): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  // Lent, it may be: a copy.
  for await (const piece of body) pieces.push(Buffer.from(piece));
  return JSON.parse(Buffer.concat(pieces).toString());
}

/** A proxy's or a stranger's error page is no answer of the hub. */
async function problemOf(response: Answer): Promise<Error> {
  const parsed = Problem.safeParse(await jsonOf(response).catch(() => undefined));
  if (!parsed.success) return new Unreachable(`HTTP ${response.status}`);
  const header = Number(response.headers['retry-after'] ?? Number.NaN);
  const retryAfter = parsed.data.retryAfter ?? (Number.isFinite(header) ? header : undefined);
  return new Refused({ ...parsed.data, retryAfter });
}
