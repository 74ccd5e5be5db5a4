import type { Received, RtpCapabilities as WireCapabilities } from '@diwan/protocol/vroom.ts';
import type { Consumer, ConsumerOptions, Device, Transport } from 'mediasoup-client/types';
import { converge } from './converge.ts';
import { layerCount, layerFor } from './layers.ts';
import type { Size } from './layout.ts';
import type { Signal } from './signal.ts';

export interface Feed {
  /** How large it is shown, in device pixels; null: not at all now. For sound any size will do. */
  want: (size: Size | null) => void;
  /** It will most likely be shown in a moment: what takes time is done, and nothing is sent. */
  prepare: () => void;
  /** The hub closed this consumer; another is made if the feed is still wanted. */
  lost: (consumerId: string) => void;
  close: () => void;
}

/**
 * One source of somebody else on its way here. Nothing is asked of the hub before it is first shown or
 * prepared; then the consumer is
 * created (paused), its layer set, and it is resumed when the track is there.
 */
export function receive(
  producerId: string,
  {
    signal,
    device,
    transport,
    given,
    together,
    onRtpReceiver,
    onTrack,
    onError,
  }: {
    signal: Signal;
    device: Device;
    transport: Transport;
    /** Came with the join: it need not be asked for. */
    given?: Received | undefined;
    /** Waits for what else is asked at this moment. */
    together: <T>(question: Promise<T>) => Promise<T>;
    onRtpReceiver?: (receiver: RTCRtpReceiver) => void;
    onTrack: (track: MediaStreamTrack | null) => void;
    onError: (error: unknown) => 'retry' | 'stop';
  },
): Feed {
  let wanted: Size | null = null;
  let soon = false;
  let consumer: Consumer | undefined;
  let layers = 1;
  let told = false;
  let flowing = false;
  let layerOnHub: number | undefined;
  let first = given;

  async function step(): Promise<'again' | 'done'> {
    if (consumer === undefined) {
      if (wanted === null && !soon) return 'done';
      const answer =
        first ??
        (await together(
          signal.call('consumer:create', {
            producerId,
            rtpCapabilities: device.recvRtpCapabilities as WireCapabilities,
          }),
        ));
      first = undefined;
      layers = layerCount(answer.rtpParameters.encodings?.[0]?.scalabilityMode);
      layerOnHub = undefined;
      flowing = false;
      consumer = await transport.consume({
        id: answer.consumerId,
        producerId,
        kind: answer.kind,
        rtpParameters: answer.rtpParameters as unknown as ConsumerOptions['rtpParameters'],
        ...(onRtpReceiver && { onRtpReceiver }),
      });
      told = false;
      soon = false;
      return 'again';
    }
    const consumerId = consumer.id;
    if (wanted === null) {
      if (!flowing) return 'done';
      flowing = false;
      await signal.call('consumer:pause', { consumerId });
      return 'again';
    }
    if (!told) onTrack(consumer.track);
    told = true;
    const layer = layers > 1 ? layerFor(wanted, layers) : undefined;
    const changes: Promise<unknown>[] = [];
    // The hub does a connection's calls in order: no need to wait for the first before the second.
    if (layer !== undefined && layer !== layerOnHub) {
      changes.push(signal.call('consumer:layers', { consumerId, spatialLayer: layer }));
    }
    if (!flowing) changes.push(signal.call('consumer:resume', { consumerId }));
    if (changes.length === 0) return 'done';
    await Promise.all(changes);
    layerOnHub = layer;
    flowing = true;
    return 'again';
  }

  const convergence = converge(step, onError);
  return {
    want(size) {
      wanted = size;
      convergence.poke();
    },
    prepare() {
      soon = true;
      convergence.poke();
    },
    lost(consumerId) {
      if (consumer?.id !== consumerId) return;
      consumer.close();
      consumer = undefined;
      onTrack(null);
      convergence.poke();
    },
    close() {
      convergence.stop();
      consumer?.close();
      onTrack(null);
    },
  };
}
