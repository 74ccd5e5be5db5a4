/** Two soft notes out of the chosen loudspeaker; resolves when they are over. */
export async function playChime(speakerId: string | undefined): Promise<void> {
  const context = new AudioContext();
  const element = new Audio();
  try {
    const out = context.createMediaStreamDestination();
    const begin = context.currentTime + 0.1;
    for (const [i, hertz] of [523, 659].entries()) {
      const from = begin + i * 0.45;
      const note = new OscillatorNode(context, { frequency: hertz });
      const loudness = new GainNode(context, { gain: 0 });
      // Rising and falling, so that nothing clicks.
      loudness.gain.setValueAtTime(0, from).linearRampToValueAtTime(0.25, from + 0.03);
      loudness.gain.setTargetAtTime(0, from + 0.2, 0.1);
      note.connect(loudness).connect(out);
      note.start(from);
      note.stop(from + 0.6);
    }
    element.srcObject = out.stream;
    // A loudspeaker that is gone makes way for the machine's own.
    if (speakerId !== undefined && 'setSinkId' in element) await element.setSinkId(speakerId).catch(() => undefined);
    await context.resume();
    await element.play();
    await new Promise((resolve) => setTimeout(resolve, 1300));
  } finally {
    element.srcObject = null;
    await context.close();
  }
}
