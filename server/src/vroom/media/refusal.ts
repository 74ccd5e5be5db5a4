import { HubError } from '@diwan/protocol/errors.ts';
import { errors } from 'mediasoup';

/**
 * Awaits mediasoup and names its errors in our codes.
 * @throws HubError media_unavailable when the worker is gone, media_refused (with mediasoup's reason) when it says no
 */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof errors.WorkerClosedError) throw new HubError('media_unavailable', 'worker closed', 1);
    throw new HubError('media_refused', error instanceof Error ? error.message : String(error));
  }
}
