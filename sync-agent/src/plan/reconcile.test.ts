import { describe, expect, it } from 'vitest';
import { identify } from './identify.ts';
import { Agent, context, rules, Space } from './model.ts';
import { conflictName } from './names.ts';
import { reconcile } from './reconcile.ts';
import type { BaseNode, Key, Stat } from './tree.ts';

describe('reconcile, case by case', () => {
  const withFile = (...paths: string[]) => {
    const agent = new Agent(new Space());
    for (const path of paths) {
      const names = path.split('/');
      let at = 1;
      for (const folder of names.slice(0, -1)) at = agent.disk.child(at, folder) ?? agent.disk.add(at, folder, null);
      agent.disk.add(at, names.at(-1) as string, `content of ${path}`);
    }
    agent.rest();
    return agent;
  };
  const node = (agent: Agent, path: string) =>
    [...agent.space.nodes.values()].find(({ key }) => agent.space.path(key) === path)?.key ?? expect.fail(path);

  it('R-45 both edited: the copy is named after machine and day, and is uploaded', () => {
    const agent = withFile('report.final.odt');
    agent.disk.write(agent.disk.at('report.final.odt'), 'mine');
    agent.space.write(node(agent, 'report.final.odt'), 'theirs');
    agent.rest();
    expect(agent.space.picture()).toEqual([
      'report.final (conflicted copy of M, 2026-01-02).odt=mine',
      'report.final.odt=theirs',
    ]);
  });

  it('R-45 the same content on both sides is no conflict', () => {
    const agent = withFile('a');
    agent.disk.write(agent.disk.at('a'), 'same');
    agent.space.write(node(agent, 'a'), 'same');
    expect(agent.rest()).toEqual([{ do: 'agree', key: node(agent, 'a') }]);
  });

  it('R-45 deleted here, edited there (and the other way round): the edit survives', () => {
    const agent = withFile('a', 'b');
    agent.disk.remove(agent.disk.at('a'));
    agent.space.write(node(agent, 'a'), 'edit there');
    agent.disk.write(agent.disk.at('b'), 'edit here');
    agent.space.remove(node(agent, 'b'));
    agent.rest();
    expect(agent.disk.picture()).toEqual(['a=edit there', 'b=edit here']);
  });

  it('R-45 folder deleted on the hub with an edit inside: only the edit comes back', () => {
    const agent = withFile('f/a', 'f/b', 'f/g/c');
    agent.disk.write(agent.disk.at('f/a'), 'edit');
    agent.space.remove(node(agent, 'f'));
    agent.rest();
    expect(agent.space.picture()).toEqual(['f/a=edit', 'f=/']);
  });

  it('R-45 folder moved there while a child is edited here: the edit lands at the new place', () => {
    const agent = withFile('f/a', 'g/z');
    agent.disk.write(agent.disk.at('f/a'), 'edit');
    agent.space.move(node(agent, 'f'), node(agent, 'g'), 'moved');
    const actions = agent.rest();
    expect(agent.space.picture()).toEqual(['g/moved/a=edit', 'g/moved=/', 'g/z=content of g/z', 'g=/']);
    expect(actions.map((action) => action.do).sort()).toEqual(['move', 'upload']);
  });

  it('R-45 a renamed folder is one move, whatever is in it', () => {
    const agent = withFile(...Array.from({ length: 50 }, (_, n) => `f/${n}`));
    const key = node(agent, 'f');
    agent.disk.move(agent.disk.at('f'), 1, 'g');
    expect(agent.rest()).toEqual([{ do: 'move', side: 'remote', key, to: { parent: 'root', name: 'g' } }]);
  });

  it('R-45 made executable: carried over by itself, in both directions, also beside a new content of the other side', () => {
    const agent = withFile('here', 'there', 'both');
    const [here, there, both] = ['here', 'there', 'both'].map((path) => node(agent, path)) as [Key, Key, Key];
    agent.disk.setExecutable(agent.disk.at('here'), true);
    agent.space.setExecutable(there, true);
    expect(agent.rest()).toEqual([
      { do: 'set', side: 'remote', key: here, executable: true },
      { do: 'set', side: 'local', key: there, executable: true },
    ]);
    agent.disk.setExecutable(agent.disk.at('both'), true);
    agent.space.write(both, 'new');
    agent.disk.write(agent.disk.at('there'), 'newer');
    agent.space.setExecutable(there, false);
    agent.rest();
    expect(agent.disk.picture()).toEqual(['both*=new', 'here*=content of here', 'there=newer']);
    expect(agent.space.picture()).toEqual(agent.disk.picture());
  });

  it('R-45 a disk that keeps no executable bit takes none away', () => {
    const agent = withFile('a');
    const key = node(agent, 'a');
    const scan = agent.disk.scan.bind(agent.disk);
    agent.disk.scan = () => ({ ...scan(), seen: scan().seen.map((seen) => ({ ...seen, executable: null })) });
    agent.space.setExecutable(key, true);
    agent.disk.setExecutable = () => expect.fail('not possible here');
    expect(agent.plan().plan.actions).toEqual([{ do: 'agree', key }]);
    agent.base.set(key, { ...(agent.base.get(key) as BaseNode), executable: true });
    expect(agent.plan().plan.actions).toEqual([]);
  });

  it('R-45 names swapped, and rotated', () => {
    const agent = withFile('a', 'b', 'c');
    const [a, b, c] = ['a', 'b', 'c'].map((path) => node(agent, path)) as [Key, Key, Key];
    agent.space.move(a, 'root', 't');
    agent.space.move(b, 'root', 'a');
    agent.space.move(c, 'root', 'b');
    agent.space.move(a, 'root', 'c');
    agent.rest();
    expect(agent.disk.picture()).toEqual(['a=content of b', 'b=content of c', 'c=content of a']);
    expect(agent.space.path(a)).toBe('c');
  });

  it('R-45 cross-moves: A into B here, B into A there', () => {
    const agent = withFile('A/x', 'B/y');
    agent.disk.move(agent.disk.at('A'), agent.disk.at('B'), 'A');
    agent.space.move(node(agent, 'B'), node(agent, 'A'), 'B');
    agent.rest();
    expect(agent.disk.picture()).toEqual(['A/B/y=content of B/y', 'A/B=/', 'A/x=content of A/x', 'A=/']);
  });

  it('R-45 an editor that saves by renaming a temporary file makes one new version of the same node', () => {
    const agent = withFile('a');
    const key = node(agent, 'a');
    agent.disk.remove(agent.disk.at('a'));
    agent.disk.add(1, 'a', 'saved');
    expect(agent.rest()).toEqual([{ do: 'upload', key, to: { parent: 'root', name: 'a' } }]);
    expect(agent.space.get(key).version).toBe(2);
  });

  it('R-45 a file becomes a folder, and a folder a file', () => {
    const agent = withFile('a', 'f/x');
    agent.disk.remove(agent.disk.at('a'));
    agent.disk.add(agent.disk.add(1, 'a', null), 'inside', 'i');
    agent.space.remove(node(agent, 'f'));
    agent.space.add('root', 'f', 'now a file');
    agent.rest();
    expect(agent.disk.picture()).toEqual(['a/inside=i', 'a=/', 'f=now a file']);
    expect(agent.space.picture()).toEqual(agent.disk.picture());
  });

  it('R-45 what cannot be read or listed is left alone, never taken for deleted', () => {
    const agent = withFile('f/a', 'f/b', 'c');
    const scan = agent.disk.scan();
    const unknown = new Map<string, Stat | null>([
      ['f', null],
      ['c', null],
    ]);
    const seen = scan.seen.filter(({ path }) => path === 'f');
    for (const entries of [seen, []]) {
      const { local, obstacles } = identify('root', agent.base, { seen: entries, unknown }, rules);
      const plan = reconcile({ root: 'root', base: agent.base, local, remote: agent.space.nodes, obstacles }, context);
      expect(plan.actions).toEqual([]);
    }
  });

  it('R-45 brake: most of a tree, or all of it, is not removed without a person', () => {
    const agent = withFile(...Array.from({ length: 101 }, (_, n) => `f/${n}`));
    for (let n = 0; n < 50; n++) agent.disk.remove(agent.disk.at(`f/${n}`));
    expect(agent.plan().plan.brake).toBe(null);
    agent.disk.remove(agent.disk.at('f/50'));
    expect(agent.plan().plan.brake).toEqual({ side: 'remote', removes: 51, of: 101 });
    const other = withFile(...Array.from({ length: 11 }, (_, n) => `f/${n}`));
    other.space.remove(node(other, 'f'));
    expect(other.plan().plan.brake).toEqual({ side: 'local', removes: 11, of: 11 });
  });

  it('R-45 a name that cannot exist on this machine waits and stops nothing else', () => {
    const agent = new Agent(new Space());
    agent.space.add('root', 'CON', 'x');
    agent.space.add('root', 'ok', 'y');
    const windows = { ...context, rules: { platform: 'win32' as const, caseInsensitive: true } };
    const { local, obstacles } = identify('root', agent.base, agent.disk.scan(), windows.rules);
    const plan = reconcile({ root: 'root', base: agent.base, local, remote: agent.space.nodes, obstacles }, windows);
    expect(plan.waiting).toEqual([{ key: node(agent, 'CON'), reason: 'name_not_possible' }]);
    expect(plan.actions).toEqual([{ do: 'download', key: node(agent, 'ok'), to: { parent: 'root', name: 'ok' } }]);
  });

  it('R-45 two spellings of one name: the second waits; a lone NFD name is the same node', () => {
    const agent = withFile('caf\u00e9');
    agent.disk.move(agent.disk.at('caf\u00e9'), 1, 'cafe\u0301');
    expect(agent.plan().plan.actions).toEqual([]);
    agent.disk.add(1, 'caf\u00e9', 'twin');
    agent.rest();
    expect(agent.space.picture()).toEqual(['caf\u00e9=twin']);
    expect(agent.disk.picture().length).toBe(2);
  });

  it('names of conflict copies stay within 255 bytes and are numbered when taken', () => {
    const long = `${'\u00e9'.repeat(125)}.txt`;
    const first = conflictName(long, 'M', '2026-01-02', () => false);
    expect(Buffer.byteLength(first)).toBeLessThanOrEqual(255);
    expect(first).toMatch(/\(conflicted copy of M, 2026-01-02\)\.txt$/);
    expect(conflictName('a', 'M', 'D', (n) => !n.includes(', 3'))).toBe('a (conflicted copy of M, D, 3)');
  });
});
