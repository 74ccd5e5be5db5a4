import { afterAll, describe, expect, it } from 'vitest';
import { calmWorld } from './calm-world.ts';
import { closeHubs } from './hub.ts';

afterAll(closeHubs);

describe('a folder that becomes a shared one', () => {
  it('R-45 stays on its machine as it is, is not synchronised any more, and that is told', async () => {
    const world = await calmWorld(1);
    try {
      const [agent] = world.agents;
      world.write('/m/docs/a', 'mine');
      world.write('/m/b', 'beside');
      await world.sync();
      const docs = (await world.hub.tree()).find(({ name }) => name === 'docs');
      const shared = await world.web('POST', `/nodes/${docs?.id}/share`, {
        people: [{ email: 'bilal@diwan.test', role: 'writer' }],
      });
      expect(shared.status).toBeLessThan(300);
      await world.sync();
      expect(world.read('/m/docs/a')).toBe('mine');
      expect(agent?.last).toMatchObject({ problems: [{ path: 'docs', why: 'shared_folder' }] });

      // What is done there stays there; what is done beside it goes on.
      world.write('/m/docs/c', 'more');
      world.write('/m/d', 'beside, too');
      await world.sync();
      expect(world.read('/m/docs/c')).toBe('more');
      const names = (await world.hub.tree()).map(({ name }) => name);
      expect(names).toContain('d');
      expect(names).not.toContain('c');
      expect(names.filter((name) => name.startsWith('docs'))).toEqual(['docs']);

      // Its mount gets another name: the folder here does not, and is nobody's new folder.
      const mount = (await world.hub.tree()).find(({ name }) => name === 'docs');
      expect((await world.web('PATCH', `/nodes/${mount?.id}`, { name: 'papers' })).status).toBe(200);
      await world.sync();
      expect(world.read('/m/docs/a')).toBe('mine');
      expect((await world.hub.tree()).some(({ name }) => name === 'docs')).toBe(false);

      // After a restart it is still known.
      await agent?.kill();
      agent?.start();
      await world.sync();
      expect(world.read('/m/docs/a')).toBe('mine');
      expect((await world.hub.tree()).some(({ name }) => name === 'docs')).toBe(false);
    } finally {
      await world.close();
    }
  });
});
