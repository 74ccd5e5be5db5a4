/** Loudness from 0 (silence, -60 dBFS and below) to 1 (full scale) of samples between -1 and 1. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length || Number.MIN_VALUE);
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}

/** Tells the loudness of a track once a frame, rising at once and falling gently, until the answered function is called. */
export function meterLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let shown = 0;
  let frame = requestAnimationFrame(function look() {
    analyser.getFloatTimeDomainData(samples);
    shown = Math.max(levelOf(samples), shown * 0.9);
    onLevel(shown);
    frame = requestAnimationFrame(look);
  });
  return () => {
    cancelAnimationFrame(frame);
    void context.close();
  };
}
