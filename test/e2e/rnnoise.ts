import type { Page } from 'playwright-core';

/** Sound through the noise suppression as the page loads it: dBFS of the last second, before and after. */
export async function throughRnnoise(
  page: Page,
  what: { worklet: string; wasm: string; sound: 'hiss' | 'voice' },
): Promise<{ before: number; after: number }> {
  return page.evaluate(async ({ worklet, wasm, sound }) => {
    const rate = 48_000;
    // It takes a few seconds to know a noise.
    const seconds = 8;
    let seed = 1;
    // The same in every run.
    const noise = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return (seed / 2_147_483_647) * 2 - 1;
    };
    // Syllables of a vowel at about 130 Hz, as loud as a voice at a desk.
    const vowel = (t: number) => {
      const phase = 130 * t - (12 / (2 * Math.PI * 1.3)) * Math.cos(2 * Math.PI * 1.3 * t);
      let sum = 0;
      for (let harmonic = 1; harmonic < 30; harmonic++) {
        const near = [700, 1200, 2500].map((formant) => Math.exp(-(((harmonic * 130 - formant) / 220) ** 2)));
        sum += Math.max(0.03, ...near) * Math.sin(2 * Math.PI * harmonic * phase);
      }
      return 0.1 * Math.sqrt(Math.max(0, Math.sin(2 * Math.PI * 3 * t))) * sum;
    };
    const context = new OfflineAudioContext(1, rate * seconds, rate);
    const buffer = context.createBuffer(1, rate * seconds, rate);
    const samples = buffer.getChannelData(0);
    for (let at = 0; at < samples.length; at++) samples[at] = sound === 'hiss' ? 0.03 * noise() : vowel(at / rate);
    const [wasmBinary] = await Promise.all([
      fetch(wasm).then((answer) => answer.arrayBuffer()),
      context.audioWorklet.addModule(worklet),
    ]);
    const denoiser = new AudioWorkletNode(context, '@sapphi-red/web-noise-suppressor/rnnoise', {
      processorOptions: { maxChannels: 1, wasmBinary },
    });
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(denoiser).connect(context.destination);
    source.start();
    // Until the module stands the node is silent, and an offline context waits for nobody.
    await new Promise((done) => setTimeout(done, 1500));
    const heard = (await context.startRendering()).getChannelData(0);
    const decibels = (all: Float32Array) => {
      const last = all.subarray(rate * (seconds - 1));
      return 10 * Math.log10(last.reduce((sum, sample) => sum + sample * sample, 1e-12) / last.length);
    };
    return { before: decibels(samples), after: decibels(heard) };
  }, what);
}
