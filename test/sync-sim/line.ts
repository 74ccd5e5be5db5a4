import type { Hub } from './hub.ts';
import type { Ledger } from './ledger.ts';
import type { Turn } from './scheduler.ts';
import { onMachine } from './world-clock.ts';

export interface Line {
  /** How likely a request meets trouble, 0 to 1. */
  trouble: number;
  troubles: number;
  /** Every request takes effect, and no answer arrives. */
  losesAnswers: boolean;
  from(actor: number, turn: Turn, did: (deed: string) => void): typeof fetch;
  /** An agent failed as none may. */
  broke(error: unknown): void;
  /** @throws what an agent failed with */
  check(): void;
}

const cutOff = () => Object.assign(new TypeError('fetch failed'), { cause: new Error('the line is cut') });

/** The network between agents and hub: cut before or after a request took effect, late, or with a proxy's and a hub's 503. */
export function createLine(hub: Hub, ledger: Ledger, random: () => number): Line {
  const failures: unknown[] = [];
  const line: Line = {
    trouble: 0,
    troubles: 0,
    losesAnswers: false,
    broke: (error) => failures.push(error),
    check() {
      if (failures.length > 0) throw failures[0];
    },
    from: (_actor, turn, did) => async (input, init) => {
      const url = new URL(String(input));
      const method = init?.method ?? 'GET';
      const headers = Object.fromEntries(new Headers(init?.headers));
      // A body may read from the disk, which waits for turns of its own.
      const body = init?.body == null ? undefined : Buffer.from(await new Response(init.body).arrayBuffer());
      const path = url.pathname + url.search;
      const what = random() < line.trouble ? Math.floor(random() * 6) : -1;
      if (what >= 0) line.troubles++;
      const {
        status,
        headers: told,
        body: bytes,
      } = await turn.take(`${method} ${path}`, async () => {
        if (what === 0) throw cutOff();
        if (what === 1) return { status: 503, headers: {}, body: Buffer.from('<h1>no</h1>') };
        if (what === 2) return unavailable;
        const answer = await onMachine(undefined, () => hub.ask({ method, path, headers, body }));
        did(`${method} ${url.pathname}`);
        if (answer.status < 300 && method !== 'GET')
          for (const [, hash] of answer.body.toString().matchAll(/"sha256":"([0-9a-f]{64})"/g))
            ledger.acknowledged(hash as string);
        if (what === 3 || line.losesAnswers) throw cutOff();
        return answer;
      });
      if (what === 4) await turn.take(`late answer to ${method} ${path}`, () => {});
      const isEmpty = status === 204 || status === 304;
      if (what === 5 && bytes.length > 1 && method === 'GET')
        return new Response(torn(bytes), { status, headers: told });
      return new Response(isEmpty ? null : new Uint8Array(bytes), { status, headers: told });
    },
  };
  return line;
}

const unavailable = {
  status: 503,
  headers: {},
  body: Buffer.from(
    JSON.stringify({ type: 'urn:diwan:error:unavailable', status: 503, code: 'unavailable', title: 'not now' }),
  ),
};

/** Half of it, then the line is cut. */
function torn(bytes: Buffer): ReadableStream {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(cutOff());
      else controller.enqueue(new Uint8Array(bytes.subarray(0, bytes.length >> 1)));
      sent = true;
    },
  });
}
