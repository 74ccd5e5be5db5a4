import type { Source } from '@diwan/protocol/vroom.ts';
import type { VideoCodec } from '@diwan/protocol/vroom-media.ts';
import type { Device, Producer, ProducerOptions, RtpCapabilities, Transport } from 'mediasoup-client/types';
import { type Convergence, converge } from './converge.ts';
import { cameraEncodings, screenEncodings } from './layers.ts';
import type { Signal } from './signal.ts';

export interface Offer {
  track: MediaStreamTrack | null;
  paused: boolean;
}

export interface Publication {
  /** From now on the others shall get this; null takes the source away. */
  want: (offer: Offer) => void;
  close: () => void;
}

/** One source of this browser on its way to the hub. */
export function publish(
  source: Source,
  {
    signal,
    device,
    transport,
    videoCodec,
    onRtpSender,
    onError,
  }: {
    signal: Signal;
    device: Device;
    transport: Transport;
    videoCodec: VideoCodec;
    onRtpSender?: (sender: RTCRtpSender) => void;
    onError: (error: unknown) => 'retry' | 'stop';
  },
): Publication {
  let wanted: Offer = { track: null, paused: false };
  let producer: Producer | undefined;
  let pausedOnHub = false;

  async function step(): Promise<'again' | 'done'> {
    const { track, paused } = wanted;
    if (producer === undefined) {
      if (track === null || track.readyState === 'ended') return 'done';
      pausedOnHub = paused;
      producer = await transport.produce({
        ...optionsFor(source, track, device.sendRtpCapabilities, videoCodec),
        ...(onRtpSender && { onRtpSender }),
        appData: { source, paused },
      });
      return 'again';
    }
    if (track === null) {
      const { id } = producer;
      producer.close();
      producer = undefined;
      await signal.call('producer:close', { producerId: id });
      return 'again';
    }
    if (producer.track !== track && track.readyState === 'live') {
      await producer.replaceTrack({ track });
      return 'again';
    }
    if (pausedOnHub !== paused) {
      await signal.call(paused ? 'producer:pause' : 'producer:resume', { producerId: producer.id });
      pausedOnHub = paused;
      return 'again';
    }
    return 'done';
  }

  const convergence: Convergence = converge(step, onError);
  return {
    want(offer) {
      wanted = offer;
      convergence.poke();
    },
    close: convergence.stop,
  };
}

/** Bit/s. Music through a codec tuned for speech at half the rate sounds like a telephone. */
const opusBitrate = { speech: 40_000, music: 160_000 };

function optionsFor(
  source: Source,
  track: MediaStreamTrack,
  capabilities: RtpCapabilities,
  wished: VideoCodec,
): ProducerOptions {
  // Tracks belong to LocalMedia: a rejoin closes producers and publishes the same tracks again.
  const own = { track, stopTracks: false, disableTrackOnPause: false };
  if (track.kind === 'audio') {
    const music = source === 'screen-audio';
    const opusMaxAverageBitrate = music ? opusBitrate.music : opusBitrate.speech;
    return { ...own, codecOptions: { opusStereo: music, opusDtx: !music, opusFec: true, opusMaxAverageBitrate } };
  }
  const { width = 1280, height = 720 } = track.getSettings();
  const offered = (name: string) =>
    capabilities.codecs?.find(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`);
  const name = offered(wished) ? wished : 'vp8';
  const codec = offered(name);
  return {
    ...own,
    encodings: source === 'screen' ? screenEncodings(name) : cameraEncodings({ width, height }, name),
    codecOptions: { videoGoogleStartBitrate: 600 },
    ...(codec === undefined ? {} : { codec }),
  };
}
