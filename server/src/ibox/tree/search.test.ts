import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { defaultLimits } from '../rules/limits.ts';
import { filesOfAPerson } from './test-files.ts';

onEachDatabase((open) => {
  const files = filesOfAPerson(open, defaultLimits);
  const { me, history, mkdir, write, remove } = files;

  it('R-44 finds names by the beginnings of their words, whatever case and accents, in what lives', async () => {
    const folder = await mkdir(me.root, 'Comptabilité');
    const names = [
      'Rapport Été 2024.pdf',
      'rapport-hiver.PDF',
      'IMG20240131.jpg',
      'monRapport',
      'التقرير السنوي.docx',
      'أحمد',
    ];
    for (const name of names) await write(folder.id, name, 'x');
    const find = async (question: string) =>
      (await history().search(me.actor, question, 50)).found.map(({ node }) => node.name).sort();
    expect(await find('rapport')).toEqual(['Rapport Été 2024.pdf', 'monRapport', 'rapport-hiver.PDF']);
    expect(await find('RAPP ete')).toEqual(['Rapport Été 2024.pdf']);
    expect(await find('pdf, rapport')).toEqual(['Rapport Été 2024.pdf', 'rapport-hiver.PDF']);
    expect(await find('2024')).toEqual(['IMG20240131.jpg', 'Rapport Été 2024.pdf']);
    expect(await find('compta')).toEqual(['Comptabilité']);
    expect(await find('تقرير')).toEqual(['التقرير السنوي.docx']);
    expect(await find('احمد')).toEqual(['أحمد']);
    expect(await find('%')).toEqual([]);
    expect(await find('rap%')).toEqual(['Rapport Été 2024.pdf', 'monRapport', 'rapport-hiver.PDF']);
    const [{ node, place } = { node: undefined, place: [] }] = (await history().search(me.actor, 'hiver', 9)).found;
    expect(place.map(({ id }) => id)).toEqual([me.root, folder.id]);
    await files.room.ibox.patchNode(me.actor, node?.id ?? '', { name: 'bilan.PDF' });
    expect([await find('hiver'), await find('bilan')]).toEqual([[], ['bilan.PDF']]);
    await remove(node?.id ?? '');
    expect(await find('bilan')).toEqual([]);
    await history().restoreFromTrash(me.actor, node?.id ?? '');
    expect(await find('bilan')).toEqual(['bilan.PDF']);
    const short = await history().search(me.actor, 'rapport', 1);
    expect([short.found.length, short.more]).toEqual([1, true]);
  });

  it('R-44 after many new names a search does not wait for all of them, says so, and finds them later', async () => {
    // Past the journal's bus: nothing but the searches makes them known meanwhile.
    const { db } = files.room;
    const row = await db.selectFrom('nodes').selectAll().where('id', '=', me.root).executeTakeFirstOrThrow();
    const rows = Array.from({ length: 2500 }, (_, i) => ({
      ...{ ...row, id: crypto.randomUUID(), parentId: me.root, name: `lot ${i}`, nameKey: `lot ${i}` },
      ...{ seq: 1000 + i, indexedName: null, searchKey: null },
    }));
    for (let at = 0; at < rows.length; at += 500) {
      await db
        .insertInto('nodes')
        .values(rows.slice(at, at + 500))
        .execute();
    }
    const first = await history().search(me.actor, 'lot', 200);
    expect([first.found.length, first.more]).toEqual([200, true]);
    expect(await history().search(me.actor, 'nothing', 9)).toEqual({ found: [], more: true });
    await history().indexAll();
    for (const number of [0, 1234, 2499]) {
      const { found, more } = await history().search(me.actor, `lot ${number}`, 200);
      expect(found.map(({ node }) => node.name)).toContain(`lot ${number}`);
      expect(more).toBe(false);
    }
  });
});
