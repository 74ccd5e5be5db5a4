import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { defaultLimits } from '../rules/limits.ts';
import { codeOf } from '../test-room.ts';
import { filesOfAPerson } from './test-files.ts';

const quotaBytes = 1000;

onEachDatabase((open) => {
  const files = filesOfAPerson(open, { ...defaultLimits, quotaBytes });
  const { me, history, write, rewrite, remove, trash, used, from, tree } = files;

  it('R-42 fifty uploads side by side at quota minus one file: exactly one lands', async () => {
    const size = 100;
    await write(me.root, 'full', 'x'.repeat(quotaBytes - size));
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => codeOf(write(me.root, `f${i}`, String(i).padStart(size, '.')))),
    );
    expect(codes.sort()).toEqual(['ok', ...Array(49).fill('quota_exceeded')].sort());
    expect(await used()).toBe(quotaBytes);
    expect((await tree()).length).toBe(2);
    // A full account still works: the same size again, less, and making room.
    const [file] = (await from(0)).nodes.filter(({ size: bytes }) => bytes === size);
    expect(await codeOf(rewrite(file?.id ?? '', 'y'.repeat(size)))).toBe('ok');
    expect(await codeOf(rewrite(file?.id ?? '', 'y'.repeat(size + 1)))).toBe('quota_exceeded');
    expect(await codeOf(history().copyNode(me.actor, file?.id ?? '', { parentId: me.root }))).toBe('quota_exceeded');
    await remove(file?.id ?? '');
    await write(me.root, 'other', 'z'.repeat(size));
    expect(await codeOf(history().restoreFromTrash(me.actor, file?.id ?? ''))).toBe('quota_exceeded');
    expect((await trash()).length).toBe(1);
  });

  it('R-42 two spaces of one account share its quota, also when both are written at once; an account may have its own', async () => {
    const { db } = files.room;
    const second = {
      ...(await db.selectFrom('spaces').selectAll().where('id', '=', me.spaceId).executeTakeFirstOrThrow()),
    };
    const [id, rootId] = [crypto.randomUUID(), crypto.randomUUID()];
    await db
      .insertInto('spaces')
      .values({ ...second, id, rootId, kind: 'shared', epoch: 'e', seq: 1, usedBytes: 0 })
      .execute();
    await db
      .insertInto('members')
      .values({ spaceId: id, accountId: me.actor.accountId, role: 'manager', since: 1, invitedBy: null })
      .execute();
    const rootRow = await db.selectFrom('nodes').selectAll().where('id', '=', me.root).executeTakeFirstOrThrow();
    await db
      .insertInto('nodes')
      .values({ ...rootRow, id: rootId, spaceId: id, seq: 1 })
      .execute();
    await write(me.root, 'full', 'x'.repeat(quotaBytes - 10));
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => codeOf(write(i % 2 ? me.root : rootId, `f${i}`, '0123456789'))),
    );
    expect(codes.filter((code) => code === 'ok').length).toBe(1);
    expect(await used()).toBe(quotaBytes);
    await db
      .updateTable('quotas')
      .set({ bytes: 2 * quotaBytes })
      .where('accountId', '=', me.actor.accountId)
      .execute();
    expect(await codeOf(write(rootId, 'more', 'x'.repeat(quotaBytes)))).toBe('ok');
    await db.updateTable('quotas').set({ bytes: 0 }).where('accountId', '=', me.actor.accountId).execute();
    expect(await codeOf(write(rootId, 'much more', 'x'.repeat(10 * quotaBytes)))).toBe('ok');
    expect((await history().readUsage(me.actor)).quotaBytes).toBeNull();
  });

  it('what is said to be too much is refused before its bytes come', async () => {
    let asked = 0;
    async function* source() {
      asked++;
      yield Buffer.alloc(2000);
    }
    const put = files.room.ibox.putFile(me.actor, { parentId: me.root, name: 'big', onConflict: 'refuse' }, source(), {
      declaredBytes: 2000,
    });
    expect(await codeOf(put)).toBe('quota_exceeded');
    expect(asked).toBe(0);
  });
});
