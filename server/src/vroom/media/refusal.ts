import { HubError } from '@diwan/protocol/errors.ts';
import { errors, type types } from 'mediasoup';

/**
 * Awaits mediasoup and names its errors in our codes.
 * @param by the transport that was asked, where what a client sent goes into the request
 * @throws HubError media_unavailable when the worker is gone, media_refused (with mediasoup's reason) when it says no
 */
export async function asked<T>(answer: Promise<T>, by?: types.WebRtcTransport): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof errors.WorkerClosedError) throw new HubError('media_unavailable', 'worker closed', 1);
    if (by) forgetHalfRequest(by);
    throw new HubError('media_refused', error instanceof Error ? error.message : String(error));
  }
}

/**
 * mediasoup writes all requests to a worker with one FlatBuffers builder. Parameters that make it throw half-way would leave the
 * builder inside an object, and every later request to that worker would fail: it is emptied, as it is after each request.
 */
function forgetHalfRequest(transport: types.WebRtcTransport): void {
  const { channelForTesting } = transport as { channelForTesting?: { bufferBuilder: { clear(): void } } };
  channelForTesting?.bufferBuilder.clear();
}
