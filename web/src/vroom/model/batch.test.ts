import { describe, expect, it } from 'vitest';
import { batch } from './batch.ts';

const after = <T>(ms: number, value: T) => new Promise<T>((done) => setTimeout(done, ms, value));

describe('R-35 what is asked together is negotiated together', () => {
  it('all go on in the same turn, once the last is answered', async () => {
    const together = batch();
    const log: string[] = [];
    const ask = async (name: string, ms: number) => {
      await together(after(ms, name));
      log.push(name);
      queueMicrotask(() => log.push('negotiated'));
    };
    await Promise.all([ask('a', 1), ask('b', 20), ask('c', 5)]);
    expect(log.slice(0, 3).sort()).toEqual(['a', 'b', 'c']);
    await ask('d', 1);
    expect(log.at(-2)).toBe('d');
  });

  it('nobody waits for ever for a slow one, nor for one that fails', async () => {
    const together = batch(10);
    const never = together(new Promise(() => undefined));
    expect(await together(after(1, 'heard'))).toBe('heard');
    await expect(together(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await Promise.race([never, after(30, 'still')])).toBe('still');
  });
});
