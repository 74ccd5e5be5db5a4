import type { Node } from '@diwan/protocol/ibox.ts';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { orphanAgeMs } from '../chunks/collect.ts';
import { dayMs, defaultLimits } from '../rules/limits.ts';
import { codeOf, testPerson } from '../test-room.ts';
import { filesOfAPerson } from './test-files.ts';

onEachDatabase((open) => {
  const files = filesOfAPerson(open, { ...defaultLimits, versionsKept: 4, versionsDays: 10 });
  const { me, history, mkdir, write, rewrite, remove, read, versions, trash, used, from, tree } = files;

  it('R-42 lists versions with who, when, size and hash; an old one is read, and restored as a new one', async () => {
    const { id } = await write(me.root, 'f.txt', 'one');
    await rewrite(id, 'three');
    const { seq } = await from(0);
    const before = await used();
    expect(await versions(id)).toMatchObject([
      { version: 2, size: 5, createdBy: me.actor.name },
      { version: 1, size: 3, createdBy: me.actor.name },
    ]);
    expect([await read(id, 1), await read(id)]).toEqual(['one', 'three']);
    expect(await codeOf(history().restoreVersion(me.actor, id, 1, { baseVersion: 1 }))).toBe('conflict');
    const restored = await history().restoreVersion(me.actor, id, 1, { baseVersion: 2 });
    expect(restored).toMatchObject({ id, version: 3, size: 3, seq: seq + 1 });
    expect([await read(id), await read(id, 2)]).toEqual(['one', 'three']);
    expect(await used()).toBe(before - 2);
    expect((await from(seq)).nodes).toEqual([restored]);
    // What is already the newest is not restored again.
    expect((await history().restoreVersion(me.actor, id, 3, {})).version).toBe(3);
    expect(await codeOf(history().restoreVersion(me.actor, id, 9, {}))).toBe('not_found');
    const page = await history().listVersions(me.actor, id, { limit: 2 });
    expect([page.versions.map(({ version }) => version), page.next]).toEqual([[3, 2], 2]);
    const rest = await history().listVersions(me.actor, id, { limit: 2, before: 2 });
    expect([rest.versions.map(({ version }) => version), rest.next]).toEqual([[1], null]);
  });

  it('R-42 R-41 versions, trash, search and usage are nobody else’s', async () => {
    const file = await write(me.root, 'secret.txt', 'one');
    await rewrite(file.id, 'two');
    const gone = await write(me.root, 'gone.txt', 'x');
    await remove(gone.id);
    const other = await testPerson(files.room.db, `stranger-${me.actor.name}`);
    const [foreign] = await files.room.ibox.listSpaces(other);
    const verbs = [
      history().listVersions(other, file.id, { limit: 9 }),
      history().restoreVersion(other, file.id, 1, {}),
      history().listTrash(other, me.spaceId, { limit: 9 }),
      history().restoreFromTrash(other, gone.id),
      history().purgeFromTrash(other, gone.id),
      history().emptyTrash(other, me.spaceId, {}),
      history().copyNode(other, file.id, { parentId: me.root }),
      history().copyNode(me.actor, file.id, {
        parentId: foreign?.rootId ?? '',
      }),
    ];
    expect(await Promise.all(verbs.map(codeOf))).toEqual(verbs.map(() => 'not_found'));
    expect((await history().search(other, 'secret', 9)).found).toEqual([]);
    expect((await history().readUsage(other)).usedBytes).toBe(0);
    expect((await trash()).length).toBe(1);
  });

  it('R-42 keeps as many versions as the operator says, for as long, and always the newest; their bytes are freed', async () => {
    const { id } = await write(me.root, 'f.txt', 'version 1');
    for (let number = 2; number <= 6; number++) await rewrite(id, `version ${number}`);
    expect((await versions(id)).map(({ version }) => version)).toEqual([6, 5, 4, 3]);
    expect(await codeOf(read(id, 2))).toBe('not_found');
    const other = await write(me.root, 'other.txt', 'other');
    const shared = await history().copyNode(me.actor, id, { parentId: me.root, name: 'shared.txt' });
    expect(await history().purgeExpired(Date.now() + 9 * dayMs)).toEqual({ versions: 0, entries: 0, activity: 0 });
    const { versions: purged } = await history().purgeExpired(Date.now() + 11 * dayMs);
    expect(purged).toBeGreaterThanOrEqual(3);
    expect((await versions(id)).map(({ version }) => version)).toEqual([6]);
    const { contents } = await files.room.ibox.collectOrphans(Date.now() + orphanAgeMs + 1000);
    expect(contents).toBeGreaterThanOrEqual(5);
    expect([await read(id), await read(other.id), await read(shared.id)]).toEqual(['version 6', 'other', 'version 6']);
  });

  it('a version counts its days from when it was replaced: an old file’s last content outlives today’s mistake', async () => {
    const { id } = await write(me.root, 'thesis.txt', 'years of work');
    await files.room.db.updateTable('versions').set({ createdAt: 1 }).where('nodeId', '=', id).execute();
    await rewrite(id, 'mistake');
    await history().purgeExpired();
    expect(await read(id, 1)).toBe('years of work');
  });

  it('R-40 copies files and folders without their bytes: other nodes, the same contents, history of their own', async () => {
    const folder = await mkdir(me.root, 'Projet');
    const inner = await mkdir(folder.id, 'Plans');
    const file = await write(inner.id, 'a.txt', 'un');
    await rewrite(file.id, 'deux');
    await remove((await write(inner.id, 'gone', 'x')).id);
    const { seq } = await from(0);
    const stored = await files.room.db.selectFrom('contents').select('id').execute();
    const copy = await history().copyNode(me.actor, folder.id, { parentId: me.root });
    expect(copy).toMatchObject({ name: 'Projet (2)', parentId: me.root, seq: seq + 1 });
    expect(await tree()).toEqual([
      ...['Projet', 'Projet (2)', 'Projet (2)/Plans', 'Projet (2)/Plans/a.txt', 'Projet/Plans', 'Projet/Plans/a.txt'],
    ]);
    const copied = (await from(seq)).nodes;
    expect(copied.map(({ name }) => name)).toEqual(['Projet (2)', 'Plans', 'a.txt']);
    expect(await files.room.db.selectFrom('contents').select('id').execute()).toEqual(stored);
    const twin = copied[2] as Node;
    expect(twin).toMatchObject({
      version: 1,
      size: 4,
      sha256: (await from(0)).nodes.find(({ id }) => id === file.id)?.sha256,
    });
    await rewrite(twin.id, 'autre');
    expect([await read(file.id), await read(twin.id)]).toEqual(['deux', 'autre']);
    expect(await used()).toBe(9);
    // Into itself: what was in it before.
    await history().copyNode(me.actor, folder.id, { parentId: inner.id, name: 'dedans' });
    expect((await tree()).filter((path) => path.includes('dedans'))).toEqual([
      ...['Projet/Plans/dedans', 'Projet/Plans/dedans/Plans', 'Projet/Plans/dedans/Plans/a.txt'],
    ]);
    expect(
      await codeOf(history().copyNode(me.actor, file.id, { parentId: inner.id, name: 'A.txt', onConflict: 'refuse' })),
    ).toBe('name_taken');
  });
});
