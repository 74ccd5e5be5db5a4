import type { RtpParameters, TransportOptions } from '@diwan/protocol/vroom.ts';
import { type Connect, payloadOf, receiveTracks } from '../../server/src/vroom/test/peer.ts';

/** Where in a payload its number and its time are; before them is what makes VP8 of it. */
export const numberAt = 12;
export const timeAt = 16;

/** Monotonic, in ms, and the same in all processes of a machine. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;

/** One who watches: the packets of each of their streams, in the order of the streams. */
export interface Heard {
  packets: number[];
  /** How many there must have been, from the first that came to the last. */
  span: number[];
}

export interface Watcher {
  heard(): Heard;
  clear(): void;
  close(): void;
}

/** Connects and listens. @param onDelay hears how long each packet was on its way, in ms */
export async function startWatcher(
  connect: Connect,
  transport: TransportOptions,
  streams: readonly RtpParameters[],
  onDelay?: (ms: number) => void,
): Promise<Watcher> {
  const ears = streams.map(() => createEar(onDelay));
  const incoming = streams.map((rtpParameters, n) => ({ rtpParameters, take: (ears[n] as Ear).take }));
  const { close } = await receiveTracks(connect, transport, incoming);
  return {
    close,
    heard: () => ({ packets: ears.map((ear) => ear.count()), span: ears.map((ear) => ear.span()) }),
    clear() {
      for (const ear of ears) ear.clear();
    },
  };
}

type Ear = ReturnType<typeof createEar>;

function createEar(onDelay: ((ms: number) => void) | undefined) {
  let first = -1;
  let last = -1;
  let count = 0;
  return {
    take(packet: Buffer): void {
      const kind = packet[1] as number;
      // RTCP comes the same way (RFC 5761).
      if (kind >= 192 && kind <= 223) return;
      const payload = payloadOf(packet);
      if (payload.length < timeAt + 8) return;
      const number = payload.readUInt32BE(numberAt);
      onDelay?.(clock() - payload.readDoubleBE(timeAt));
      count++;
      if (first < 0 || number < first) first = number;
      if (number > last) last = number;
    },
    count: () => count,
    span: () => (first < 0 ? 0 : last - first + 1),
    clear() {
      first = -1;
      last = -1;
      count = 0;
    },
  };
}
