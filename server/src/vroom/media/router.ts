import type { types } from 'mediasoup';
import { type Carries, loadOf } from './load.ts';
import { asked } from './refusal.ts';
import { type SpeakerWatch, watchSpeaker } from './speaker.ts';

/** A room's part on one worker. */
export interface MediaRouter {
  readonly router: types.Router;
  readonly server: types.WebRtcServer;
  readonly speaker: SpeakerWatch;
  /** Which worker it is on. */
  readonly workerPid: number;
  /** What that worker has to carry; see `loadOf`. */
  load(): number;
  /** Opens somebody's media here; until that is done they count as there. */
  settle<T>(open: (here: MediaRouter) => Promise<T>): Promise<T>;
  close(): void;
}

/** @param lost called once, with the router's id, if the worker dies; not when the router is closed */
export async function openRouter(
  worker: types.Worker,
  server: types.WebRtcServer,
  carries: Carries,
  mediaCodecs: types.RouterRtpCodecCapability[],
  lost: (routerId: string) => void,
): Promise<MediaRouter> {
  const router = await asked(worker.createRouter({ mediaCodecs }));
  try {
    router.once('workerclose', () => lost(router.id));
    const speaker = await watchSpeaker(router);
    const here: MediaRouter = {
      router,
      server,
      speaker,
      workerPid: worker.pid,
      load: () => loadOf(carries),
      async settle(open) {
        carries.settling++;
        try {
          return await open(here);
        } finally {
          carries.settling--;
        }
      },
      close: () => router.close(),
    };
    return here;
  } catch (error) {
    router.close();
    throw error;
  }
}
