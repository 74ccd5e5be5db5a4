export interface Convergence {
  /** What is wanted has changed: look again. Harmless at any time. */
  poke: () => void;
  /** For good. */
  stop: () => void;
}

/**
 * Brings what is to what is wanted, one step at a time and never two at once: `step` compares, makes at most one change and
 * answers `again` after a change, `done` when nothing is left to do. A step that fails is taken again after a growing pause,
 * unless `onError` answers `stop`; the next poke then starts afresh.
 */
export function converge(
  step: () => Promise<'again' | 'done'>,
  onError: (error: unknown) => 'retry' | 'stop',
  pauseMs = (failures: number) => Math.min(500 * 2 ** failures, 8000) * (0.75 + Math.random() / 2),
): Convergence {
  let running = false;
  let poked = false;
  let stopped = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function run(): Promise<void> {
    if (running) {
      poked = true;
      return;
    }
    running = true;
    clearTimeout(timer);
    try {
      do {
        poked = false;
        while (!stopped && (await step()) === 'again');
        failures = 0;
      } while (poked && !stopped);
    } catch (error) {
      if (!stopped && onError(error) === 'retry') timer = setTimeout(run, poked ? 0 : pauseMs(failures++));
    } finally {
      running = false;
    }
  }

  return {
    poke: () => void (stopped || run()),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
