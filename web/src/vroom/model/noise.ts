import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import wasm from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import wasmSimd from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import worklet from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';

/** RNNoise is trained on sound of this rate (https://jmvalin.ca/demo/rnnoise/). */
const sampleRate = 48_000;
/** A page that nobody touched yet may not be let to compute sound: then the microphone goes as it is. */
const patienceMs = 1000;

/** The node that lets voices through and little else. */
export async function createDenoiser(context: BaseAudioContext): Promise<RnnoiseWorkletNode> {
  const [wasmBinary] = await Promise.all([
    loadRnnoise({ url: wasm, simdUrl: wasmSimd }),
    context.audioWorklet.addModule(worklet),
  ]);
  return new RnnoiseWorkletNode(context as AudioContext, { maxChannels: 1, wasmBinary });
}

/**
 * A microphone through RNNoise: stops, ends and tells its device as the original does. Where it can't be, the original with the
 * browser's own suppression.
 */
export async function denoised(original: MediaStreamTrack): Promise<MediaStreamTrack> {
  let context: AudioContext | undefined;
  try {
    context = new AudioContext({ sampleRate, latencyHint: 'interactive' });
    await running(context);
    const denoiser = await createDenoiser(context);
    const target = context.createMediaStreamDestination();
    target.channelCount = 1;
    context
      .createMediaStreamSource(new MediaStream([original]))
      .connect(denoiser)
      .connect(target);
    const [track] = target.stream.getAudioTracks();
    if (track === undefined) throw new Error('no track');
    return following(track, original, context, denoiser);
  } catch {
    void context?.close();
    await original.applyConstraints({ ...original.getConstraints(), noiseSuppression: true }).catch(() => undefined);
    return original;
  }
}

async function running(context: AudioContext): Promise<void> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('not allowed yet')), patienceMs));
  await Promise.race([context.resume(), late]);
}

function following(
  track: MediaStreamTrack,
  original: MediaStreamTrack,
  context: AudioContext,
  denoiser: RnnoiseWorkletNode,
): MediaStreamTrack {
  const stop = track.stop.bind(track);
  const close = () => {
    stop();
    original.stop();
    denoiser.destroy();
    void context.close();
  };
  original.addEventListener('ended', () => {
    close();
    // `stop()` is silent; that the microphone was unplugged must be heard.
    track.dispatchEvent(new Event('ended'));
  });
  return Object.assign(track, { stop: close, getSettings: () => original.getSettings() });
}
