import { afterAll, describe, expect, it } from 'vitest';
import { calmWorld } from './calm-world.ts';
import { closeHubs } from './hub.ts';

afterAll(closeHubs);

// What storms found, told step by step.
describe('found by storms', () => {
  it('R-45 the answer to an upload is lost and the file edited again: no conflict copy of one’s own work (seed 130)', async () => {
    const world = await calmWorld(1);
    try {
      world.write('/m/old', 'first');
      await world.sync();
      world.write('/m/old', 'second');
      world.write('/m/new', 'first');
      world.line.losesAnswers = true;
      await world.sync();
      expect(world.agents[0]?.last).toHaveProperty('failed');
      world.line.losesAnswers = false;
      world.write('/m/old', 'third');
      world.write('/m/new', 'second');
      await world.agents[0]?.kill();
      world.agents[0]?.start();
      await world.sync();
      const names = (await world.hub.tree()).filter(({ kind }) => kind === 'file').map(({ name }) => name);
      expect(names.sort()).toEqual(['new', 'old']);
      expect([world.read('/m/old'), world.read('/m/new')]).toEqual(['third', 'second']);
    } finally {
      await world.close();
    }
  });

  it('R-45 two spellings of one name: the second is told, not called synchronised (seed 11)', async () => {
    const world = await calmWorld(1);
    try {
      world.write(`/m/${'é'.normalize('NFC')}`, 'one');
      world.write(`/m/${'é'.normalize('NFD')}`, 'two');
      await world.sync();
      const path = 'é'.normalize('NFD');
      expect(world.agents[0]?.last).toMatchObject({ problems: [{ path, why: 'name_in_use' }] });
    } finally {
      await world.close();
    }
  });

  it('R-45 a folder that cannot be listed stays unknown when only its parent is looked at again (seeds 102, 146)', async () => {
    const world = await calmWorld(1);
    try {
      const [agent] = world.agents;
      world.write('/m/docs/a', 'kept');
      world.write('/m/b', 'beside');
      await world.sync();
      const docs = agent?.disk.find('/m/docs');
      Object.assign(docs ?? {}, { denied: true });
      for (const folder of ['docs', '', 'docs', '']) {
        agent?.wake([folder]);
        await world.drain();
        expect(agent?.last).toMatchObject({ problems: [{ path: 'docs', why: 'unreadable' }] });
      }
      expect((await world.hub.tree()).map(({ name }) => name)).toContain('a');
      Object.assign(docs ?? {}, { denied: false });
      await world.sync();
      expect(agent?.last).toMatchObject({ synced: true, problems: [] });
      expect(world.read('/m/docs/a')).toBe('kept');
    } finally {
      await world.close();
    }
  });
  it.each(['overwritten', 'deleted', 'renamed'])(
    'R-45 an editor saves just while the agent acts on that name, on a file that is %s elsewhere: it is kept (seeds 16, 226)',
    async (what) => {
      for (let nth = 1; nth <= 3; nth++) {
        const world = await calmWorld(2);
        try {
          const [here, there] = world.agents;
          world.write('/m/a', 'first');
          await world.sync();
          const { verbs } = there?.disk ?? expect.fail();
          if (what === 'overwritten') world.write('/m/a', 'theirs', 1);
          else if (what === 'deleted') verbs.unlink('/m/a');
          else verbs.rename('/m/a', '/m/b');
          there?.wake('all');
          await world.drain();
          let acts = 0;
          const mine = here?.disk.verbs ?? expect.fail();
          const real = { ...mine };
          const editorFirst = (...paths: string[]) => {
            if (!paths.includes('/m/a') || ++acts !== nth) return;
            const saved = real.create('/m/.~save');
            real.write(saved, 0, Buffer.from('mine'), '/m/.~save');
            real.rename('/m/.~save', '/m/a');
          };
          mine.link = (from, to) => [editorFirst(from, to), real.link(from, to)][1];
          mine.rename = (from, to) => [editorFirst(from, to), real.rename(from, to)][1];
          mine.unlink = (path) => [editorFirst(path), real.unlink(path)][1];
          await world.sync();
          if (acts < nth) expect(nth).toBeGreaterThan(1);
          else expect(world.contents().join()).toContain('mine');
        } finally {
          await world.close();
        }
      }
    },
  );

  it('R-45 a file that is written to at any moment while it is deleted for somebody else stays, also when its size and mtime stay (seed 1238)', async () => {
    let written = 0;
    for (let moment = 0; moment < 12; moment++) {
      const world = await calmWorld(2);
      try {
        const [here, there] = world.agents;
        world.write('/m/a', 'first');
        world.write('/m/b', 'beside');
        await world.sync();
        there?.disk.verbs.unlink('/m/a');
        there?.wake('all');
        await world.drain();
        here?.wake('all');
        for (let step = 0; step < moment; step++) await world.scheduler.next();
        await world.scheduler.rest();
        const file = here?.disk.find('/m/a');
        if (!file) break;
        file.bytes = Buffer.from('SECON');
        here?.disk.touched(file);
        written++;
        await world.sync();
        expect(world.contents()).toContain('SECON');
      } finally {
        await world.close();
      }
    }
    expect(written).toBeGreaterThan(1);
  });
});
