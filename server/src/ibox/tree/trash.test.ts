import type { Node } from '@diwan/protocol/ibox.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { orphanAgeMs } from '../chunks/collect.ts';
import { dayMs, defaultLimits } from '../rules/limits.ts';
import { codeOf } from '../test-room.ts';
import { filesOfAPerson } from './test-files.ts';

const quotaBytes = 1000;

onEachDatabase((open) => {
  const files = filesOfAPerson(open, { ...defaultLimits, trashDays: 30, quotaBytes });
  const { me, history, mkdir, write, remove, read, trash, used, from, tree, newPerson } = files;

  it('R-42 lists what was deleted by itself, with what went along and where it was', async () => {
    const folder = await mkdir(me.root, 'Projet');
    const inner = await mkdir(folder.id, 'Plans');
    await write(inner.id, 'a', '12345');
    const early = await write(inner.id, 'early', '1');
    await remove(early.id);
    await remove(inner.id);
    const [whole, single, ...rest] = await trash();
    expect(rest).toEqual([]);
    expect(whole).toMatchObject({ node: { id: inner.id, deleted: true }, place: ['Projet'], count: 2, size: 5 });
    expect(whole?.endsAt).toBe((whole?.deletedAt ?? 0) + 30 * dayMs);
    expect(single).toMatchObject({ node: { id: early.id }, place: ['Projet', 'Plans'], count: 1, size: 1 });
    expect(whole?.deletedBy).toBe(me.actor.name);
    expect(await history().readUsage(me.actor)).toMatchObject({ usedBytes: 0, trashBytes: 6, quotaBytes });
    const page = await history().listTrash(me.actor, me.spaceId, { limit: 1 });
    const next = await history().listTrash(me.actor, me.spaceId, { limit: 1, before: page.next ?? 0 });
    expect([...page.entries, ...next.entries].map(({ node }) => node.id)).toEqual([inner.id, early.id]);
    expect(next.next).toBeNull();
  });

  it('R-42 restores to the same place, each node with a number of its own, folders before what is in them', async () => {
    const folder = await mkdir(me.root, 'Projet');
    const inner = await mkdir(folder.id, 'Plans');
    const file = await write(inner.id, 'a.txt', 'texte');
    const before = await tree();
    await remove(folder.id);
    expect(await tree()).toEqual([]);
    const { seq } = await from(0);
    const heard: number[] = [];
    const stop = files.room.bus.subscribe('space:changed', (message) => {
      if (message.spaceId === me.spaceId) heard.push(message.seq);
    });
    await history().restoreFromTrash(me.actor, folder.id);
    stop();
    expect(heard).toEqual([seq + 3]);
    expect(await tree()).toEqual(before);
    expect((await from(seq)).nodes.map(({ id, deleted }) => [id, deleted])).toEqual([
      [folder.id, false],
      [inner.id, false],
      [file.id, false],
    ]);
    expect(await read(file.id)).toBe('texte');
    expect(await used()).toBe(5);
    expect(await trash()).toEqual([]);
    expect(await codeOf(history().restoreFromTrash(me.actor, folder.id))).toBe('not_found');
    expect(await codeOf(history().restoreFromTrash(me.actor, file.id))).toBe('not_found');
  });

  it('R-42 restores into the nearest folder that lives, under a numbered name if its own is taken', async () => {
    const folder = await mkdir(me.root, 'Projet');
    const inner = await mkdir(folder.id, 'Plans');
    const file = await write(inner.id, 'a.txt', '1');
    await remove(file.id);
    await remove(inner.id);
    await write(folder.id, 'A.TXT', '2');
    expect(await history().restoreFromTrash(me.actor, file.id)).toMatchObject({
      parentId: folder.id,
      name: 'a (2).txt',
    });
    await remove(folder.id);
    expect(await history().restoreFromTrash(me.actor, inner.id)).toMatchObject({ parentId: me.root, name: 'Plans' });
    expect(await tree()).toEqual(['Plans']);
  });

  it('R-42 of many who restore at once, one does; a restore and a purge never both do', async () => {
    const file = await write(me.root, 'a.txt', '12345');
    await remove(file.id);
    const codes = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(history().restoreFromTrash(me.actor, file.id))),
    );
    expect(codes.sort()).toEqual([...Array(7).fill('not_found'), 'ok']);
    expect(await used()).toBe(5);
    for (let round = 0; round < 5; round++) {
      const other = await write(me.root, `b${round}`, 'bytes');
      await remove(other.id);
      const both = await Promise.all([
        codeOf(history().restoreFromTrash(me.actor, other.id)),
        codeOf(history().purgeFromTrash(me.actor, other.id)),
        codeOf(history().emptyTrash(me.actor, me.spaceId, {})),
      ]);
      if (both[0] === 'ok') expect(await read(other.id)).toBe('bytes');
      else expect((await trash()).length).toBe(0);
    }
  });

  it('R-42 deletes for good: one, all that was seen, or what is too old; the journal still tells that it went', async () => {
    const written = await Promise.all(['a', 'b', 'c', 'd'].map((name) => write(me.root, name, name)));
    const { seq } = await from(0);
    const [a, b, c, d] = written as [Node, Node, Node, Node];
    for (const { id } of [a, b, c]) await remove(id);
    await history().purgeFromTrash(me.actor, a.id);
    expect(await codeOf(history().purgeFromTrash(me.actor, a.id))).toBe('not_found');
    expect(await codeOf(history().restoreFromTrash(me.actor, a.id))).toBe('not_found');
    const [latest] = await trash();
    await remove(d.id);
    await history().emptyTrash(me.actor, me.spaceId, { upTo: latest?.node.seq });
    expect((await trash()).map(({ node }) => node.id)).toEqual([d.id]);
    await history().purgeExpired(Date.now() + 29 * dayMs);
    expect((await trash()).length).toBe(1);
    await history().purgeExpired(Date.now() + 31 * dayMs);
    expect(await trash()).toEqual([]);
    expect(new Set((await from(seq)).nodes.map(({ id, deleted }) => deleted && id))).toEqual(
      new Set([a.id, b.id, c.id, d.id]),
    );
    expect((await history().readUsage(me.actor)).trashBytes).toBe(0);
    await files.room.ibox.collectOrphans(Date.now() + orphanAgeMs + 1000);
    const kept = await files.room.db
      .selectFrom('versions')
      .select('version')
      .where(
        'nodeId',
        'in',
        written.map(({ id }) => id),
      )
      .execute();
    expect(kept).toEqual([]);
  });

  it('R-42 whatever is deleted, restored and purged, usage is the sum of what lives, and a follower sees the same tree', async () => {
    const place = fc.nat(9);
    const operation = fc.oneof(
      fc.record({ do: fc.constant('mkdir' as const), at: place }),
      fc.record({ do: fc.constant('write' as const), at: place, text: fc.string({ maxLength: 5 }) }),
      fc.record({ do: fc.constantFrom('delete' as const, 'restore' as const, 'purge' as const), at: place }),
      fc.record({ do: fc.constant('copy' as const), at: place, to: place }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 20 }), async (operations) => {
        await newPerson();
        const ids = [me.root];
        const follower = new Map<string, Node>();
        let cursor = 0;
        const follow = async () => {
          const { nodes, seq } = await from(cursor);
          for (const node of nodes) {
            if (node.deleted) follower.delete(node.id);
            else follower.set(node.id, node);
          }
          cursor = seq;
        };
        const pick = (n: number) => ids[n % ids.length] as string;
        for (const [index, step] of operations.entries()) {
          const id = pick(step.at);
          const work: Promise<unknown> =
            step.do === 'mkdir'
              ? mkdir(id, `n${index % 4}`).then((node) => ids.push(node.id))
              : step.do === 'write'
                ? write(id, `n${index % 4}`, step.text).then((node) => ids.push(node.id))
                : step.do === 'copy'
                  ? history()
                      .copyNode(me.actor, id, { parentId: pick(step.to) })
                      .then((node) => ids.push(node.id))
                  : step.do === 'delete'
                    ? remove(id)
                    : step.do === 'restore'
                      ? history().restoreFromTrash(me.actor, id)
                      : history().purgeFromTrash(me.actor, id);
          expect(['ok', 'not_found', 'name_taken', 'forbidden', 'quota_exceeded']).toContain(await codeOf(work));
          if (index % 3 === 0) await follow();
        }
        await follow();
        const live = (await from(0)).nodes;
        const byId = (nodes: Node[]) => nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(byId([...follower.values()])).toEqual(byId(live));
        expect(await used()).toBe(live.reduce((sum, { size }) => sum + size, 0));
        const alive = new Set(live.map(({ id }) => id));
        for (const { id, parentId } of live) expect(id === me.root || alive.has(parentId ?? '')).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
