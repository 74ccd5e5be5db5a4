import { NoAnswer, type Transport } from '../../sync-agent/src/remote/transport.ts';
import type { Answer, Asked, Hub } from './hub.ts';
import type { Ledger } from './ledger.ts';
import type { Scheduler, Turn } from './scheduler.ts';
import { onMachine } from './world-clock.ts';

export interface Line {
  /** How likely a request meets trouble, 0 to 1. */
  trouble: number;
  /** The next commit takes effect, and neither its answer nor anything after it arrives. */
  isCutByCommit: boolean;
  from(turn: Turn, did: (deed: string) => void): Transport;
  /** An agent failed as none may. */
  broke(error: unknown): void;
  /** @throws what an agent failed with */
  check(): void;
}

/** What can happen to a request. */
export const troubles = [
  'no connection',
  'a proxy’s 503',
  'the hub’s 503',
  'lost answer',
  'late answer',
  'half an answer',
  'half a request',
  'delivered twice',
  'delivered late, when the line was cut',
] as const;
/** The actor that delivers what nobody waits for any more. */
const NETWORK = -1;
/** Pieces in which long answers come. */
const PIECE = 512 * 1024;

const cutOff = () => new NoAnswer('the line is cut');

/** The network between agents and hub. @param happened told of each trouble */
export function createLine(
  hub: Hub,
  ledger: Ledger,
  scheduler: Scheduler,
  random: () => number,
  happened: (trouble: string) => void = () => {},
): Line {
  const failures: unknown[] = [];
  const network = scheduler.turn(NETWORK);

  async function deliver(asked: Asked): Promise<Answer> {
    const answer = await onMachine(undefined, () => hub.ask(asked));
    if (answer.status < 300 && asked.method !== 'GET')
      for (const [, hash] of answer.body.toString().matchAll(/"sha256":"([0-9a-f]{64})"/g))
        ledger.acknowledged(hash as string);
    return answer;
  }

  let isCut = false;
  const line: Line = {
    trouble: 0,
    isCutByCommit: false,
    broke: (error) => failures.push(error),
    check() {
      if (failures.length > 0) throw failures[0];
    },
    from:
      (turn, did) =>
      async (url, { method, headers, body: sent, isLong }) => {
        const body = sent && Buffer.concat(await Array.fromAsync(sent));
        const asked = { method, path: url.pathname + url.search, headers, body };
        const what = `${method} ${asked.path}`;
        let trouble = random() < line.trouble ? troubles[Math.floor(random() * troubles.length)] : undefined;
        if (trouble === 'half a request' && !body) trouble = 'no connection';
        if (trouble) happened(trouble);
        const {
          status,
          headers: told,
          body: bytes,
        } = await turn.take(what, async () => {
          isCut &&= line.isCutByCommit;
          if (trouble === 'no connection' || isCut) throw cutOff();
          if (trouble === 'a proxy’s 503') return { status: 503, headers: {}, body: Buffer.from('<h1>no</h1>') };
          if (trouble === 'the hub’s 503') return unavailable;
          if (trouble === 'half a request') await onMachine(undefined, () => hub.askHalf(asked));
          if (trouble === 'delivered late, when the line was cut')
            void network.take(`late: ${what}`, () => deliver(asked)).catch(line.broke);
          if (trouble?.startsWith('delivered late') || trouble === 'half a request') throw cutOff();
          if (trouble === 'delivered twice') await deliver(asked);
          const answer = await deliver(asked);
          did(`${method} ${url.pathname}`);
          if (trouble === 'lost answer' || (line.isCutByCommit && method === 'PUT')) {
            isCut = line.isCutByCommit;
            throw cutOff();
          }
          return answer;
        });
        if (trouble === 'late answer') await turn.take(`late answer to ${what}`, () => {});
        const length = trouble === 'half an answer' ? bytes.length >> 1 : bytes.length;
        return { status, headers: told, body: inPieces(bytes, length, isLong) };
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

/** So many bytes of it; when there are more, the line is cut then. A piece that is lent is gone when the next comes. */
async function* inPieces(bytes: Buffer, length: number, isLent = false): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < length; at += PIECE) {
    const piece = Uint8Array.from(bytes.subarray(at, Math.min(length, at + PIECE)));
    yield piece;
    if (isLent) piece.fill(0);
  }
  if (length < bytes.length) throw cutOff();
}
