import type { Source } from '@diwan/protocol/vroom.ts';
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
    onError,
  }: {
    signal: Signal;
    device: Device;
    transport: Transport;
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
        ...optionsFor(source, track, device.sendRtpCapabilities),
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

function optionsFor(source: Source, track: MediaStreamTrack, capabilities: RtpCapabilities): ProducerOptions {
  // Tracks belong to LocalMedia: a rejoin closes producers and publishes the same tracks again.
  const own = { track, stopTracks: false, disableTrackOnPause: false };
  if (track.kind === 'audio') {
    const music = source === 'screen-audio';
    return { ...own, codecOptions: { opusStereo: music, opusDtx: !music, opusFec: true } };
  }
  const { width = 1280, height = 720 } = track.getSettings();
  const codec = capabilities.codecs?.find(({ mimeType }) => mimeType.toLowerCase() === 'video/vp8');
  return {
    ...own,
    encodings: source === 'screen' ? screenEncodings() : cameraEncodings({ width, height }),
    codecOptions: { videoGoogleStartBitrate: 600 },
    ...(codec === undefined ? {} : { codec }),
  };
}
