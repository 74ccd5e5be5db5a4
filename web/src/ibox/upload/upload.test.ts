import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRunning, limits, shown, startable, step, totalsOf, type Upload, type UploadEvent } from './upload.ts';

const upload = (id: number, part: Partial<Upload> = {}): Upload => ({
  ...{ id, name: `f${id}`, path: [], size: 100, state: 'waiting', attempt: 0, sent: 0, known: 0 },
  ...part,
});

/** Attempts on their way, each of which will try to store the file and to say how it ended, whatever was clicked meanwhile. */
interface Attempt {
  id: number;
  attempt: number;
  left: ('store' | 'done')[];
}

/** A page that starts uploads as the queue does, and a hub that counts what it is given. */
function pageAndHub(count: number) {
  const uploads = new Map(Array.from({ length: count }, (_, id) => [id, upload(id)]));
  const stored = new Map<number, number>();
  const cancelledWhenStored: number[] = [];
  let attempts: Attempt[] = [];
  const apply = (id: number, event: UploadEvent): boolean => {
    const before = uploads.get(id) as Upload;
    const after = step(before, event);
    uploads.set(id, after);
    return after !== before;
  };
  const start = () => {
    for (const { id } of startable([...uploads.values()])) {
      expect(apply(id, { type: 'start' })).toBe(true);
      attempts.push({ id, attempt: uploads.get(id)?.attempt as number, left: ['store', 'done'] });
    }
  };
  /** The attempt does its next thing; one that a click ended asks too, as it may not have heard yet. */
  const goOn = (which: number, fails: boolean) => {
    const found = attempts[which % Math.max(1, attempts.length)];
    if (!found) return;
    const { id, attempt } = found;
    const what = found.left.shift();
    const error = new Error('refused');
    let goesOn = true;
    if (fails) {
      apply(id, { type: 'fail', attempt, error });
      goesOn = false;
    } else if (what === 'store') goesOn = apply(id, { type: 'store', attempt });
    else {
      stored.set(id, (stored.get(id) ?? 0) + 1);
      if (uploads.get(id)?.state === 'cancelled') cancelledWhenStored.push(id);
      apply(id, { type: 'done', attempt });
      goesOn = false;
    }
    if (!goesOn) attempts = attempts.filter((one) => one !== found);
  };
  return { uploads, stored, cancelledWhenStored, apply, start, goOn, attempts: () => attempts };
}

const click = fc.record({
  type: fc.constantFrom('pause' as const, 'resume' as const, 'cancel' as const, 'retry' as const),
  id: fc.nat(4),
});
const progress = fc.record({ goOn: fc.nat(20), fails: fc.boolean() });

describe('uploads', () => {
  it('R-40 paused, continued, cancelled, failed and tried again in any order, no file is lost and none is sent twice', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(click, progress, progress), { maxLength: 80 }), (steps) => {
        const page = pageAndHub(5);
        page.start();
        for (const one of steps) {
          if ('goOn' in one) page.goOn(one.goOn, one.fails);
          else page.apply(one.id, { type: one.type });
          page.start();
        }
        // In the end the person wants all of them, and nothing fails any more.
        for (const id of page.uploads.keys()) {
          page.apply(id, { type: 'resume' });
          page.apply(id, { type: 'retry' });
        }
        page.start();
        for (let turn = 0; page.attempts().length > 0; turn++) page.goOn(turn, false);
        for (const { id, state } of page.uploads.values()) {
          expect([id, state]).toEqual([id, 'done']);
          expect([id, page.stored.get(id)]).toEqual([id, 1]);
        }
        expect(page.cancelledWhenStored).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('R-40 what an attempt says after it was paused and begun anew is not heard', () => {
    const first = step(upload(1), { type: 'start' });
    const second = step(step(step(first, { type: 'pause' }), { type: 'resume' }), { type: 'start' });
    expect(step(second, { type: 'fail', attempt: first.attempt, error: 'old' })).toBe(second);
    expect(step(second, { type: 'bytes', attempt: first.attempt, sent: 50, known: 0 })).toBe(second);
    expect(step(second, { type: 'bytes', attempt: second.attempt, sent: 50, known: 10 })).toMatchObject({
      sent: 50,
      known: 10,
    });
  });

  it('R-40 large files go two at a time, small ones together within their bytes, in order', () => {
    const file = fc.record({
      state: fc.constantFrom<Upload['state']>('waiting', 'waiting', 'sending', 'storing', 'paused', 'done'),
      size: fc.oneof(fc.nat(limits.large - 1), fc.integer({ min: limits.large, max: 10 * limits.large })),
    });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 60 }), (files) => {
        const uploads = files.map((part, id) => upload(id, part));
        const starting = startable(uploads);
        const running = [...uploads.filter(isRunning), ...starting];
        const large = running.filter(({ size }) => size >= limits.large);
        const small = running.filter(({ size }) => size < limits.large);
        const bytes = (some: Upload[]) => some.reduce((sum, { size }) => sum + size, 0);
        if (starting.some(({ size }) => size >= limits.large))
          expect(large.length).toBeLessThanOrEqual(limits.largeAtOnce);
        const last = starting.filter(({ size }) => size < limits.large).at(-1);
        if (last) expect(bytes(small) - last.size).toBeLessThan(limits.smallBytesAtOnce);
        // Nothing waits while nothing moves.
        if (uploads.some(({ state }) => state === 'waiting')) expect(running.length).toBeGreaterThan(0);
        expect(starting.map(({ id }) => id)).toEqual(starting.map(({ id }) => id).sort((a, b) => a - b));
      }),
    );
  });

  it('R-40 shows first what asks for something, and counts what is still to come', () => {
    const uploads = [
      upload(1, { state: 'done', sent: 100 }),
      upload(2),
      upload(3, { state: 'sending', sent: 30, known: 10 }),
      upload(4, { state: 'failed', sent: 70 }),
    ];
    expect(shown(uploads, 3).map(({ id }) => id)).toEqual([4, 3, 2]);
    expect(totalsOf(uploads)).toMatchObject({
      unfinished: 2,
      sent: 130,
      known: 10,
      size: 300,
      count: { failed: 1, done: 1 },
    });
  });
});
