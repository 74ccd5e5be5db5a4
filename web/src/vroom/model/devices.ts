import { z } from 'zod';

/** Why a camera, microphone or screen could not be had; each has its sentence in the locales. */
export type MediaTrouble = 'denied' | 'missing' | 'busy' | 'insecure' | 'lost' | 'failed';

export class MediaError extends Error {
  readonly trouble: MediaTrouble;
  constructor(trouble: MediaTrouble, cause?: unknown) {
    super(trouble, { cause });
    this.name = 'MediaError';
    this.trouble = trouble;
  }
}

/** What getUserMedia's error names mean for a person (Media Capture and Streams, section 10.2). */
export function troubleOf(error: unknown): MediaTrouble {
  if (error instanceof MediaError) return error.trouble;
  switch (error instanceof Error || error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/** How tracks are had: the browser's way below; tests have their own. */
export interface Capture {
  microphone: (deviceId: string | undefined) => Promise<MediaStreamTrack>;
  camera: (deviceId: string | undefined) => Promise<MediaStreamTrack>;
  /** Both, for one question to the person instead of two. */
  both: (
    choices: Pick<Choices, 'microphoneId' | 'cameraId'>,
  ) => Promise<{ microphone: MediaStreamTrack; camera: MediaStreamTrack }>;
  screen: () => Promise<{ video: MediaStreamTrack; audio: MediaStreamTrack | undefined }>;
}

function devices(): MediaDevices {
  // Browsers offer no devices on plain http from another machine.
  if (!('mediaDevices' in navigator)) throw new MediaError('insecure');
  return navigator.mediaDevices;
}

/** A remembered device that is gone makes way for the default one: `ideal`, not `exact`. */
const preferred = (deviceId: string | undefined) => (deviceId === undefined ? {} : { deviceId: { ideal: deviceId } });

const audioOf = (deviceId: string | undefined, denoise: boolean): MediaTrackConstraints => ({
  echoCancellation: true,
  // One after the other they make voices hollow.
  noiseSuppression: !denoise,
  autoGainControl: true,
  ...preferred(deviceId),
});
const videoOf = (deviceId: string | undefined): MediaTrackConstraints => ({
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
  ...preferred(deviceId),
});

/** Throws MediaError. */
async function having<T>(take: () => Promise<T>): Promise<T> {
  try {
    return await take();
  } catch (error) {
    throw new MediaError(troubleOf(error), error);
  }
}

function first([track]: MediaStreamTrack[], hint: 'speech' | 'motion' | 'detail'): MediaStreamTrack {
  if (track === undefined) throw new MediaError('missing');
  track.contentHint = hint;
  return track;
}

/** Whether this person wants noise taken out here and not by the browser. */
const wantsDenoise = () => loadChoices(localStorage).denoise === true;

async function microphoneOf(stream: MediaStream, denoise: boolean): Promise<MediaStreamTrack> {
  const track = first(stream.getAudioTracks(), 'speech');
  if (!denoise) return track;
  // Half a megabyte that only those load who want it.
  const { denoised } = await import('./noise.ts');
  return Object.assign(await denoised(track), { contentHint: 'speech' });
}

export const browserCapture: Capture = {
  microphone: (deviceId) =>
    having(async () => {
      const denoise = wantsDenoise();
      return microphoneOf(await devices().getUserMedia({ audio: audioOf(deviceId, denoise) }), denoise);
    }),
  camera: (deviceId) =>
    having(async () => {
      const stream = await devices().getUserMedia({ video: videoOf(deviceId) });
      return first(stream.getVideoTracks(), 'motion');
    }),
  both: ({ microphoneId, cameraId }) =>
    having(async () => {
      const denoise = wantsDenoise();
      const wanted = { audio: audioOf(microphoneId, denoise), video: videoOf(cameraId) };
      const stream = await devices().getUserMedia(wanted);
      return { microphone: await microphoneOf(stream, denoise), camera: first(stream.getVideoTracks(), 'motion') };
    }),
  screen: () =>
    having(async () => {
      const stream = await devices().getDisplayMedia({
        video: { frameRate: { ideal: 15, max: 30 } },
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
      return { video: first(stream.getVideoTracks(), 'detail'), audio: stream.getAudioTracks()[0] };
    }),
};

export const canShareScreen = () => 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
export const canChooseSpeaker = () => 'setSinkId' in HTMLMediaElement.prototype;

export interface DeviceList {
  microphones: MediaDeviceInfo[];
  cameras: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

/** Devices have no label until the person has allowed one of their kind; those without a name are left out. */
export async function listDevices(): Promise<DeviceList> {
  const all = 'mediaDevices' in navigator ? await navigator.mediaDevices.enumerateDevices() : [];
  const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.label !== '');
  return { microphones: of('audioinput'), cameras: of('videoinput'), speakers: of('audiooutput') };
}

const Choices = z.object({
  microphoneId: z.string().optional(),
  cameraId: z.string().optional(),
  speakerId: z.string().optional(),
  /** RNNoise in place of the browser's own suppression. */
  denoise: z.boolean().optional(),
  microphoneOn: z.boolean().default(true),
  cameraOn: z.boolean().default(true),
  /** The name shown in meetings, where it is not the account's. */
  name: z.string().optional(),
});
export type Choices = z.infer<typeof Choices>;

const choicesKey = 'diwan.devices';

/** What the person chose last time on this browser. */
export function loadChoices(storage: Storage): Choices {
  try {
    return Choices.parse(JSON.parse(storage.getItem(choicesKey) ?? '{}'));
  } catch {
    return Choices.parse({});
  }
}

export function saveChoices(storage: Storage, patch: Partial<Choices>): void {
  storage.setItem(choicesKey, JSON.stringify({ ...loadChoices(storage), ...patch }));
}
