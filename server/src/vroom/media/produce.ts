import type { Kind, RtpParameters } from '@diwan/protocol/vroom.ts';
import type { types } from 'mediasoup';
import { asked } from './refusal.ts';

/** At most one key-frame request a second reaches the sender, however many viewers ask, in ms. */
const keyFrameRequestDelay = 1_000;

/** Takes a stream in. @throws HubError media_refused when the parameters don't hold together */
export async function produce(
  transport: types.WebRtcTransport,
  stream: { kind: Kind; rtpParameters: RtpParameters; paused: boolean },
): Promise<types.Producer> {
  const producer = await asked(
    transport.produce({
      kind: stream.kind,
      // The contract bounds the shape; mediasoup's ORTC validation decides about the content.
      rtpParameters: stream.rtpParameters as types.RtpParameters,
      paused: stream.paused,
      keyFrameRequestDelay,
    }),
    transport,
  );
  // Closed while the worker was answering: mediasoup would keep the producer on the router's list.
  if (transport.closed) producer.close();
  return producer;
}
