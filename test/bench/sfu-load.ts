import { setTimeout as sleep } from 'node:timers/promises';
import type { RtpParameters } from '@diwan/protocol/vroom.ts';
import type { Track } from 'node-datachannel';
import { opus, vp8 } from '../../server/src/vroom/test/meeting.ts';
import { rtp, sendTracks } from '../../server/src/vroom/test/peer.ts';
import { startCrowd } from './sfu-crowd.ts';
import { clock, type Heard, numberAt, startWatcher, timeAt, type Watcher } from './sfu-ears.ts';
import type { Sfu } from './sfu-seats.ts';

// A speaker and those who watch: one room after the other is filled. What is sent carries its number and the time, by the one clock of
// the machine, so that loss and delay are measured and not reckoned.

/** 1 Mbit/s: 30 frames a second of 4 packets each. */
const frame = { everyMs: 1000 / 30, packets: 4, bytes: 1040 };
/** 32 kbit/s in packets of 20 ms. */
const voice = { everyMs: 20, bytes: 80 };
const watchersOfOne = 25;
/** Of each room, the first, one in the middle and the last to be served measure the delay. */
const measures = (place: number) => place % 12 === 0;

export interface Measured {
  /** Packets that came, and those that should have. */
  delivered: number;
  expected: number;
  /** In ms, by share of packets: `delay(0.95)`. */
  delay(share: number): number;
}

export interface Load {
  /** The processes that make it, this one too. */
  pids: number[];
  /** Lets more come, and waits until they are connected and have asked for what is sent. */
  grow(to: number): Promise<void>;
  /** Listens for so many ms. */
  hear(ms: number): Promise<Measured>;
  stop(): void;
}

export function startLoad(sfu: Sfu): Load {
  const speakers: Speaker[] = [];
  const watchers: Watcher[] = [];
  /** Room by room: of the watchers here, and of the crowd. */
  const rooms: { here: number[]; crowd: number[] } = { here: [], crowd: [] };
  const crowd = startCrowd();
  const scale = createScale();
  const pacer = setInterval(() => {
    for (const speaker of speakers) speaker.speak(clock());
  }, 4);

  async function watch(number: number): Promise<void> {
    const room = Math.floor(number / watchersOfOne);
    speakers[room] ??= await enterAsSpeaker(sfu, room);
    const seat = await sfu.sit(room);
    const consumers = [];
    for (const producerId of speakers[room].producerIds) consumers.push(await seat.consume(producerId));
    const streams = consumers.map(({ rtpParameters }) => rtpParameters);
    const { recv } = seat.transports;
    if (measures(number % watchersOfOne)) {
      watchers.push(await startWatcher((dtls) => seat.connect('recv', dtls), recv, streams, scale.add));
      rooms.here.push(room);
    } else {
      await crowd.come((dtls) => seat.connect('recv', dtls), recv, streams);
      rooms.crowd.push(room);
    }
    for (const { consumerId } of consumers) await seat.resume(consumerId);
  }

  let grown = 0;
  return {
    pids: [process.pid, crowd.pid],
    async grow(to) {
      for (; grown < to; grown++) await watch(grown);
    },
    async hear(ms) {
      scale.clear();
      crowd.clear();
      for (const watcher of watchers) watcher.clear();
      const before = speakers.map((speaker) => speaker.sent());
      await sleep(ms);
      // Whoever heard nothing at all has lost all; what is on its way now is neither late nor lost.
      const sent = speakers.map((speaker, room) => speaker.sent().map((now, n) => now - (before[room]?.[n] ?? 0) - 50));
      const all: [Heard, number][] = [
        ...watchers.map((watcher, n): [Heard, number] => [watcher.heard(), rooms.here[n] as number]),
        ...(await crowd.heard()).map((heard, n): [Heard, number] => [heard, rooms.crowd[n] as number]),
      ];
      const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);
      return {
        delivered: sum(all.flatMap(([{ packets }]) => packets)),
        expected: sum(all.flatMap(([{ span }, room]) => span.map((n, k) => Math.max(n, sent[room]?.[k] ?? 0)))),
        delay: scale.at,
      };
    },
    stop() {
      clearInterval(pacer);
      crowd.close();
      for (const { close } of [...watchers, ...speakers]) close();
    },
  };
}

// ---- who speaks -----------------------------------------------------------------------------------------------------

interface Speaker {
  /** Video, audio. */
  producerIds: string[];
  /** Sends what is due. */
  speak(now: number): void;
  /** Packets so far: video, audio. */
  sent(): [number, number];
  close(): void;
}

async function enterAsSpeaker(sfu: Sfu, room: number): Promise<Speaker> {
  const seat = await sfu.sit(room);
  const streams: [RtpParameters, RtpParameters] = [vp8(), opus()];
  const producerIds = [await seat.produce('camera', streams[0]), await seat.produce('microphone', streams[1])];
  const { tracks, close } = await sendTracks((dtls) => seat.connect('send', dtls), seat.transports.send, streams);
  const [video, audio] = tracks as [Track, Track];
  const ssrc = streams.map(({ encodings }) => encodings?.[0]?.ssrc ?? 0) as [number, number];
  // Not all at the same moment: people are not in step.
  const begin = clock() + ((room * 7) % 33);
  let frames = 0;
  let voices = 0;
  return {
    producerIds,
    close,
    sent: () => [frames * frame.packets, voices],
    speak(now) {
      for (; begin + frames * frame.everyMs <= now; frames++)
        for (let part = 0; part < frame.packets; part++) {
          const sequence = frames * frame.packets + part;
          const mark = part === frame.packets - 1 ? 0x80 : 0;
          const head = { payloadType: mark | 96, ssrc: ssrc[0], sequence, time: frames * 3000 };
          video.sendMessageBinary(rtp(head, payload(frame.bytes, sequence, part === 0)));
        }
      for (; begin + voices * voice.everyMs <= now; voices++) {
        const head = { payloadType: 111, ssrc: ssrc[1], sequence: voices, time: voices * 960 };
        audio.sendMessageBinary(rtp(head, payload(voice.bytes, voices, false), 30));
      }
    },
  };
}

function payload(bytes: number, sequence: number, isStart: boolean): Buffer {
  const packet = Buffer.alloc(bytes, 1);
  // A VP8 payload descriptor, and the head of a key frame (RFC 7741): every frame can be begun with.
  packet[0] = isStart ? 0x10 : 0;
  if (isStart) packet.set([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00], 1);
  packet.writeUInt32BE(sequence, numberAt);
  packet.writeDoubleBE(clock(), timeAt);
  return packet;
}

// ---- how long it takes ----------------------------------------------------------------------------------------------

interface Scale {
  add(ms: number): void;
  /** The delay that this share of packets did not exceed. */
  at(share: number): number;
  clear(): void;
}

/** Counts by tenths of a ms, up to two seconds: nothing is kept for each of a million packets. */
function createScale(): Scale {
  const counts = new Uint32Array(20_000);
  return {
    add(ms) {
      const tenth = Math.min(Math.max(Math.round(ms * 10), 0), counts.length - 1);
      counts[tenth] = (counts[tenth] as number) + 1;
    },
    at(share) {
      const all = counts.reduce((sum, n) => sum + n, 0);
      let below = 0;
      const tenth = counts.findIndex((n) => {
        below += n;
        return below >= all * share;
      });
      return tenth / 10;
    },
    clear: () => void counts.fill(0),
  };
}
