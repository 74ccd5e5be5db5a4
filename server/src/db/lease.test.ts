import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../test/services/databases.ts';
import { withLease } from './lease.ts';

onEachDatabase((open) => {
  it('one of many at once does the work, the next one after it; a dead holder’s lease ends', async () => {
    const db = await open();
    let running = 0;
    let done = 0;
    const work = async () => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 100));
      running--;
      return ++done;
    };
    const answers = await Promise.all(Array.from({ length: 8 }, () => withLease(db, 'test', work)));
    expect(answers.filter((answer) => answer !== undefined)).toEqual([1]);
    expect(await withLease(db, 'test', work)).toBe(2);
    await expect(withLease(db, 'test', () => Promise.reject(new Error('work fails')))).rejects.toThrow('work fails');
    expect(await withLease(db, 'test', work)).toBe(3);

    await db
      .insertInto('leases')
      .values({ name: 'test', holder: 'dead', endsAt: Date.now() + 60_000 })
      .execute();
    expect(await withLease(db, 'test', work)).toBeUndefined();
    await db.updateTable('leases').set({ endsAt: 1 }).execute();
    expect(await withLease(db, 'test', work)).toBe(4);
  });
});
