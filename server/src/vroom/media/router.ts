import type { types } from 'mediasoup';
import { asked } from './refusal.ts';
import { type SpeakerWatch, watchSpeaker } from './speaker.ts';

/** A room's part on one worker. */
export interface MediaRouter {
  readonly router: types.Router;
  readonly server: types.WebRtcServer;
  readonly speaker: SpeakerWatch;
  close(): void;
}

/** @param lost called once, with the router's id, if the worker dies; not when the router is closed */
export async function openRouter(
  worker: types.Worker,
  server: types.WebRtcServer,
  mediaCodecs: types.RouterRtpCodecCapability[],
  lost: (routerId: string) => void,
): Promise<MediaRouter> {
  const router = await asked(worker.createRouter({ mediaCodecs }));
  try {
    router.once('workerclose', () => lost(router.id));
    const speaker = await watchSpeaker(router);
    return { router, server, speaker, close: () => router.close() };
  } catch (error) {
    router.close();
    throw error;
  }
}
