import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { RtpParameters, TransportOptions } from '@diwan/protocol/vroom.ts';
import type { Connect, OwnDtls } from '../../server/src/vroom/test/peer.ts';
import { prefer } from './processes.ts';
import { type Heard, startWatcher, type Watcher } from './sfu-ears.ts';

// Most of those who watch are in a process of their own, which comes after the others: they count what comes. How long it was on its way is
// measured by a few who are not held up by two hundred neighbours.

type ToCrowd =
  | { ask: 'come'; id: number; transport: TransportOptions; streams: RtpParameters[] }
  | { ask: 'connected'; id: number }
  | { ask: 'clear' }
  | { ask: 'heard' };
type FromCrowd =
  | { told: 'dtls'; id: number; dtlsParameters: OwnDtls }
  | { told: 'here'; id: number; error?: string }
  | { told: 'heard'; all: Heard[] };

export interface Crowd {
  pid: number;
  come(connect: Connect, transport: TransportOptions, streams: RtpParameters[]): Promise<void>;
  clear(): void;
  /** Of each, in the order of their coming. */
  heard(): Promise<Heard[]>;
  close(): void;
}

export function startCrowd(): Crowd {
  const child = fork(import.meta.filename, ['crowd'], { stdio: 'inherit' });
  const pid = child.pid as number;
  prefer(pid, -10);
  const say = (message: ToCrowd) => void child.send(message);
  let last = 0;
  return {
    pid,
    async come(connect, transport, streams) {
      const id = ++last;
      say({ ask: 'come', id, transport, streams });
      const { dtlsParameters } = await reply(child, 'dtls', id);
      await connect(dtlsParameters);
      say({ ask: 'connected', id });
      const { error } = await reply(child, 'here', id);
      if (error) throw new Error(error);
    },
    clear: () => say({ ask: 'clear' }),
    async heard() {
      say({ ask: 'heard' });
      return (await reply(child, 'heard')).all;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

async function reply<T extends FromCrowd['told']>(child: ChildProcess, told: T, id?: number) {
  for (;;) {
    const [message] = (await once(child, 'message')) as [FromCrowd];
    if (message.told === told && (!('id' in message) || message.id === id))
      return message as Extract<FromCrowd, { told: T }>;
  }
}

function beCrowd(): void {
  const watchers: Watcher[] = [];
  const connected = new Map<number, () => void>();
  const say = (message: FromCrowd) => void process.send?.(message);
  const come = async (id: number, transport: TransportOptions, streams: RtpParameters[]) => {
    const connect = (dtlsParameters: OwnDtls) => {
      say({ told: 'dtls', id, dtlsParameters });
      return new Promise<void>((resolve) => connected.set(id, resolve));
    };
    watchers.push(await startWatcher(connect, transport, streams));
  };
  process.on('message', (message: ToCrowd) => {
    switch (message.ask) {
      case 'come':
        come(message.id, message.transport, message.streams).then(
          () => say({ told: 'here', id: message.id }),
          (error) => say({ told: 'here', id: message.id, error: String(error) }),
        );
        break;
      case 'connected':
        connected.get(message.id)?.();
        connected.delete(message.id);
        break;
      case 'clear':
        for (const watcher of watchers) watcher.clear();
        break;
      case 'heard':
        say({ told: 'heard', all: watchers.map((watcher) => watcher.heard()) });
    }
  });
  process.on('disconnect', () => process.exit());
}

if (process.argv[2] === 'crowd') beCrowd();
