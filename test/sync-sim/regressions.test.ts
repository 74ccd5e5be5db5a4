import { afterAll, describe, expect, it } from 'vitest';
import { calmWorld } from './calm-world.ts';
import { closeHubs } from './hub.ts';
import type { SimAgent } from './machine.ts';
import { visible } from './people.ts';

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
      world.line.isCutByCommit = true;
      await world.sync();
      expect(world.agents[0]?.last).toHaveProperty('failed');
      world.line.isCutByCommit = false;
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

  it('R-45 the answer to a move is lost, and the file is exchanged with another: no conflict copy (seeds 1020, 1110)', async () => {
    const world = await calmWorld(1);
    try {
      const move = (from: string, to: string) => world.agents[0]?.disk.verbs.rename(from, to);
      world.write('/m/one', 'first');
      world.write('/m/docs/other', 'second');
      await world.sync();
      move('/m/one', '/m/docs/moved');
      world.line.isCutByCommit = true;
      await world.sync();
      await world.sync();
      world.line.isCutByCommit = false;
      await world.agents[0]?.kill();
      move('/m/docs/moved', '/m/third');
      move('/m/docs/other', '/m/docs/moved');
      move('/m/third', '/m/docs/other');
      world.agents[0]?.start();
      await world.sync();
      const names = (await world.hub.tree()).filter(({ kind }) => kind === 'file').map(({ name }) => name);
      expect(names.sort()).toEqual(['moved', 'other']);
      expect([world.read('/m/docs/moved'), world.read('/m/docs/other')]).toEqual(['second', 'first']);
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

  it.each(['deleted', 'moved and overwritten'])(
    'R-45 a file that is written to at any moment while it is %s for somebody else stays, also when its size and mtime stay (seeds 24, 1238)',
    async (what) => {
      let written = 0;
      for (let moment = 0; moment < 40; moment++) {
        const world = await calmWorld(2);
        try {
          const [here, there] = world.agents;
          world.write('/m/a', 'first');
          world.write('/m/b', 'beside');
          await world.sync();
          if (what === 'deleted') there?.disk.verbs.unlink('/m/a');
          else {
            there?.disk.verbs.rename('/m/a', '/m/c');
            world.write('/m/c', 'theirs', 1);
          }
          there?.wake('all');
          await world.drain();
          here?.wake('all');
          for (let step = 0; step < moment; step++) await world.scheduler.next();
          await world.scheduler.rest();
          const file = [here?.disk.find('/m/a'), here?.disk.find('/m/c')].find((one) => `${one?.bytes}` === 'first');
          if (!file) break;
          file.bytes = Buffer.from('SECON');
          here?.disk.touched(file);
          written++;
          await world.sync();
          expect([moment, world.contents()]).toEqual([moment, expect.arrayContaining(['SECON'])]);
        } finally {
          await world.close();
        }
      }
      expect(written).toBeGreaterThan(1);
    },
  );

  describe.each(['deleted', 'changed'])(
    'R-45 killed at any moment while it does what the hub has, which is then %s there: nobody’s conflict (seeds 1335, 1445, 1665)',
    (then) => {
      const cases: Record<string, { before?: true; first: Change; changed: Change; path: string; left: string[] }> = {
        'a new file': {
          first: ({ write }) => write('/m/n', 'first'),
          changed: ({ write }) => write('/m/n', 'second'),
          ...{ path: '/m/n', left: ['n'] },
        },
        'a new folder': {
          first: ({ verbs }) => verbs.mkdir('/m/n'),
          changed: ({ verbs }) => verbs.rename('/m/n', '/m/o'),
          ...{ path: '/m/n', left: ['o'] },
        },
        'a folder in a new folder': {
          first: ({ verbs }) => [verbs.mkdir('/m/o'), verbs.mkdir('/m/o/n')],
          changed: ({ verbs }) => verbs.rename('/m/o/n', '/m/o/p'),
          ...{ path: '/m/o/n', left: ['o', 'p'] },
        },
        'a new content': {
          before: true,
          first: ({ write }) => write('/m/a', 'first'),
          changed: ({ write }) => write('/m/a', 'second'),
          ...{ path: '/m/a', left: ['a'] },
        },
        'a new name': {
          before: true,
          first: ({ verbs }) => verbs.rename('/m/a', '/m/b'),
          changed: ({ verbs }) => verbs.rename('/m/b', '/m/c'),
          ...{ path: '/m/b', left: ['c'] },
        },
      };
      it.each(Object.keys(cases))('%s', async (what) => {
        const { before, first, changed, path, left } = cases[what] ?? expect.fail();
        for (let moment = 0, isWhole = false; !isWhole; moment++) {
          const world = await calmWorld(2);
          try {
            const [here, there] = world.agents as [SimAgent, SimAgent];
            const { verbs, find } = here.disk;
            const person = { verbs, write: (at: string, text: string) => world.write(at, text) };
            if (before) world.write('/m/a', 'old');
            await world.sync();
            first(person);
            here.wake('all');
            await world.drain();
            there.wake('all');
            for (let step = 0; step < moment && !isWhole; step++) isWhole = !(await world.scheduler.next());
            await world.scheduler.rest();
            await there.kill();
            if (then === 'changed') changed(person);
            else if (find(path)?.kind === 'folder') verbs.rmdir(path);
            else verbs.unlink(path);
            here.wake('all');
            await world.drain();
            there.start();
            await world.sync();
            const names = then === 'changed' ? left : left.filter((name) => path.includes(`/${name}/`));
            for (const { disk } of [here, there])
              expect([moment, visible(disk).map(({ name }) => name)]).toEqual([moment, names]);
          } finally {
            await world.close();
          }
        }
      });
    },
  );

  it('R-45 its disk is taken away at any moment while the agent does what the hub has: nothing is done beside it, nobody’s conflict (seed 1445)', async () => {
    for (let moment = 0, isWhole = false; !isWhole; moment++) {
      const world = await calmWorld(2);
      try {
        const [here, there] = world.agents as [SimAgent, SimAgent];
        const setUnmounted = (unmounted: boolean) => Object.assign(there.disk.faults, { unmounted });
        world.write('/m/a', 'a file');
        world.write('/m/b', 'another');
        await world.sync();
        here.disk.verbs.unlink('/m/a');
        world.write('/m/a/in a folder of that name', 'first');
        world.write('/m/b', 'second');
        here.wake('all');
        await world.drain();
        there.wake('all');
        for (let step = 0; step < moment && !isWhole; step++) isWhole = !(await world.scheduler.next());
        setUnmounted(true);
        await world.drain();
        const beside = there.disk.list(there.disk.find('/m') ?? expect.fail()).map(([name]) => name);
        setUnmounted(false);
        await world.sync();
        const names = visible(there.disk).map(({ name }) => name);
        expect([moment, beside, names.sort()]).toEqual([moment, [], ['a', 'b', 'in a folder of that name']]);
      } finally {
        await world.close();
      }
    }
  });

  it('R-45 a file that went into a folder which cannot be listed is not taken for deleted; one that is deleted later is', async () => {
    const world = await calmWorld(1);
    try {
      const agent = world.agents[0] ?? expect.fail();
      const { verbs, find } = agent.disk;
      const look = async () => {
        agent.wake('all');
        await world.drain();
        return new Map((await world.hub.tree()).map((node) => [node.name, node]));
      };
      for (const name of ['a', 'b', 'docs/c']) world.write(`/m/${name}`, name);
      await world.sync();
      const first = await look();
      verbs.rename('/m/a', '/m/docs/a');
      const docs = find('/m/docs') ?? expect.fail();
      docs.denied = true;
      expect(await look()).toEqual(first);
      verbs.unlink('/m/b');
      const second = await look();
      expect([...second.keys()].sort()).toEqual(['a', 'amina', 'c', 'docs']);
      await agent.kill();
      agent.start();
      expect(await look()).toEqual(second);
      docs.denied = false;
      const third = await look();
      expect(third.get('a')).toMatchObject({ id: first.get('a')?.id, parentId: first.get('docs')?.id });
      expect(agent.last).toMatchObject({ synced: true, problems: [] });
    } finally {
      await world.close();
    }
  });

  it('R-45 whether a file may be run comes over although the agent was off when that changed, here and there (seed 51)', async () => {
    const world = await calmWorld(2);
    try {
      const [here, there] = world.agents as [SimAgent, SimAgent];
      const bits = () => world.agents.map(({ disk }) => ['/m/a', '/m/b'].map((path) => disk.find(path)?.executable));
      world.write('/m/a', 'first');
      world.write('/m/b', 'second');
      await world.sync();
      await there.kill();
      const letRun = ({ disk }: SimAgent, path: string) => {
        const file = disk.find(path) ?? expect.fail();
        file.executable = true;
        disk.touched(file);
      };
      letRun(here, '/m/a');
      here.wake('all');
      await world.drain();
      letRun(there, '/m/b');
      there.start();
      await world.sync();
      expect(bits()).toEqual([
        [true, true],
        [true, true],
      ]);
    } finally {
      await world.close();
    }
  });

  it('R-45 a folder that took the name of a file which is now in it, and cannot be read there, is no conflict (seed 270)', async () => {
    const world = await calmWorld(1);
    try {
      const agent = world.agents[0] ?? expect.fail();
      const { verbs, find } = agent.disk;
      world.write('/m/a', 'first');
      world.write('/m/b', 'beside');
      await world.sync();
      const before = (await world.hub.tree()).find(({ name }) => name === 'a');
      verbs.rename('/m/a', '/m/aside');
      verbs.mkdir('/m/a');
      verbs.rename('/m/aside', '/m/a/d');
      const moved = find('/m/a/d') ?? expect.fail();
      moved.denied = true;
      agent.wake('all');
      await world.drain();
      expect(agent.last).toMatchObject({ synced: false });
      expect(visible(agent.disk).map(({ path }) => path)).toEqual(['/m/b', '/m/a', '/m/a/d']);
      const there = (await world.hub.tree()).map(({ name, kind }) => `${name} ${kind}`);
      expect(there.sort()).toEqual(['a file', 'amina folder', 'b file']);
      moved.denied = false;
      agent.wake('all');
      await world.drain();
      expect(agent.last).toMatchObject({ synced: true, problems: [] });
      const nodes = new Map((await world.hub.tree()).map((node) => [node.name, node]));
      expect(nodes.get('a')).toMatchObject({ kind: 'folder' });
      expect(nodes.get('d')).toMatchObject({ id: before?.id, parentId: nodes.get('a')?.id });
    } finally {
      await world.close();
    }
  });

  it('R-45 a file that cannot be read where it was moved to, and is deleted there, is deleted on the hub too (seed 1225)', async () => {
    const world = await calmWorld(1);
    try {
      const agent = world.agents[0] ?? expect.fail();
      const { verbs, find } = agent.disk;
      world.write('/m/a', 'first');
      world.write('/m/docs/b', 'beside');
      await world.sync();
      verbs.rename('/m/a', '/m/docs/a');
      Object.assign(find('/m/docs/a') ?? {}, { denied: true });
      agent.wake('all');
      await world.drain();
      expect((await world.hub.tree()).map(({ name }) => name)).toContain('a');
      verbs.unlink('/m/docs/a');
      agent.wake('all');
      await world.drain();
      expect(agent.last).toMatchObject({ synced: true, problems: [] });
      expect((await world.hub.tree()).map(({ name }) => name)).not.toContain('a');
    } finally {
      await world.close();
    }
  });
});

type Change = (person: { verbs: SimAgent['disk']['verbs']; write(path: string, text: string): void }) => unknown;
