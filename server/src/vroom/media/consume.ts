import type { RtpCapabilities } from '@diwan/protocol/vroom.ts';
import type { types } from 'mediasoup';
import { asked } from './refusal.ts';

/**
 * Gives a stream out, paused: the browser resumes it once its side is ready, which costs one key frame instead of several.
 * @throws HubError media_refused when the browser can't decode it
 */
export async function consume(
  transport: types.WebRtcTransport,
  producerId: string,
  capabilities: RtpCapabilities,
): Promise<types.Consumer> {
  const rtpCapabilities = capabilities as types.RtpCapabilities;
  const consumer = await asked(transport.consume({ producerId, rtpCapabilities, paused: true }), transport);
  if (transport.closed) consumer.close();
  return consumer;
}

/** @param priority 1 to 255; see `videoPriority`. Only the last one asked for counts, and none for a consumer that is gone. */
export function prioritise(consumer: types.Consumer, priority: number): void {
  if (consumer.closed) return;
  consumer.setPriority(priority).catch(() => {
    // Closed, or its worker died: its owner is told elsewhere.
  });
}
