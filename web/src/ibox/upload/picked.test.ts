import type { Node } from '@diwan/protocol/ibox.ts';
import { expect, it } from 'vitest';
import { findClashes } from './find-clashes.ts';
import { makeFolders } from './make-folders.ts';
import { allFolders, type Picked, pickedByButton } from './picked.ts';

const file = (name: string) => new File([], name);
const node = (id: string, kind: Node['kind'], name: string) => ({ id, kind, name }) as Node;

it('R-40 a chosen folder keeps its shape, and parents are made before what is in them', () => {
  const inFolder = Object.defineProperty(file('c.txt'), 'webkitRelativePath', { value: 'a/b/c.txt' });
  const picked = pickedByButton([inFolder, Object.defineProperty(file('d'), 'webkitRelativePath', { value: '' })]);
  expect(picked.files.map(({ path }) => path)).toEqual([['a', 'b'], []]);
  expect(allFolders({ ...picked, folders: [['z', 'y']] })).toEqual([['z'], ['a'], ['z', 'y'], ['a', 'b']]);
});

it('R-40 asks about names that are taken wherever they are in the tree, whatever their case and the make of their accents', async () => {
  const hub: Record<string, Node[]> = {
    root: [node('1', 'folder', 'Projet'), node('2', 'file', 'État.pdf'), node('3', 'folder', 'plan.pdf')],
    '1': [node('4', 'file', 'a.txt')],
  };
  const picked: Picked = {
    folders: [['PROJET', 'nouveau']],
    files: [
      { path: [], file: file('e\u0301tat.PDF') },
      { path: [], file: file('E\u0301TAT.pdf') },
      { path: [], file: file('plan.pdf') },
      { path: ['PROJET'], file: file('A.txt') },
      { path: ['PROJET', 'nouveau'], file: file('a.txt') },
    ],
  };
  const clashes = await findClashes('root', picked, async (id) => hub[id] ?? []);
  expect(clashes).toEqual([picked.files[0], picked.files[3]]);
});

it('R-40 folders are made a thousand at a time; what lies in one that was refused is refused with its reason', async () => {
  const folders = [['bad'], ['good'], ['bad', 'in'], ...Array.from({ length: 1500 }, (_, i) => ['good', `f${i}`])];
  const sizes: number[] = [];
  const made = await makeFolders('root', folders, async (operations) => {
    sizes.push(operations.length);
    return {
      outcomes: operations.map((operation, place) => {
        if (operation.op !== 'folder') throw new Error('a folder was expected');
        const parent = operation.parentId;
        if (operation.name === 'bad') return { ok: false as const, code: 'name_invalid' as const };
        if (parent === '#0' || parent === '-') return { ok: false as const, code: 'not_found' as const };
        return { ok: true as const, node: node(`${sizes.length}:${place}:${parent}`, 'folder', operation.name) };
      }),
    };
  });
  expect(sizes).toEqual([1000, 503]);
  expect(made.get('good/f0')).toEqual({ id: '1:3:#1' });
  expect(made.get('good/f1499')).toEqual({ id: '2:502:1:1:root' });
  for (const key of ['bad', 'bad/in'])
    expect(made.get(key)).toMatchObject({ error: { problem: { code: 'name_invalid' } } });
});
