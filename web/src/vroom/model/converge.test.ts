import { describe, expect, it, vi } from 'vitest';
import { converge } from './converge.ts';

describe('converge', () => {
  it('reaches what is wanted last, one step at a time', async () => {
    let wanted = 0;
    let is = 0;
    let inside = 0;
    const convergence = converge(
      async () => {
        if (is === wanted) return 'done';
        expect(++inside).toBe(1);
        await new Promise((done) => setTimeout(done));
        is += Math.sign(wanted - is);
        inside--;
        return 'again';
      },
      () => 'retry',
    );
    for (wanted of [3, -2, 7, 5]) {
      convergence.poke();
      await Promise.resolve();
    }
    await vi.waitFor(() => expect(is).toBe(5));
  });

  it('takes a failed step again, and stops when told', async () => {
    let left = 3;
    const convergence = converge(
      async () => {
        if (left > 0) throw new Error(String(left--));
        return 'done';
      },
      () => 'retry',
      () => 0,
    );
    convergence.poke();
    await vi.waitFor(() => expect(left).toBe(0));

    const step = vi.fn(async () => {
      throw new Error('no');
    });
    const stopped = converge(step, () => 'stop');
    stopped.poke();
    await vi.waitFor(() => expect(step).toHaveBeenCalledTimes(1));
    stopped.stop();
    stopped.poke();
    await new Promise((done) => setTimeout(done));
    expect(step).toHaveBeenCalledTimes(1);
  });
});
