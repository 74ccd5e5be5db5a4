import type { BoardElement } from '@diwan/protocol/vroom-document.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { type BoardBinding, bindBoard, isNewer } from './board-binding.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const boardOf = (doc: Y.Doc) => doc.getMap<BoardElement>('board');
const drawn = (id: string, more: Partial<BoardElement> = {}): BoardElement => ({
  ...{ id, type: 'rectangle', x: 1, y: 2, width: 3, height: 4, version: 1, versionNonce: 5, isDeleted: false },
  ...more,
});

/** Somebody with a board, as Excalidraw is one: changed in place, each change with another version and nonce. */
interface Drawer {
  doc: Y.Doc;
  scene: Map<string, BoardElement>;
  binding: BoardBinding;
  mayDraw: boolean;
  up: Uint8Array[];
  down: Uint8Array[];
}
function newDrawer(mayDraw = true): Drawer {
  const doc = new Y.Doc();
  const drawer = { doc, scene: new Map(), mayDraw, up: [], down: [] } as unknown as Drawer;
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'hub') drawer.up.push(update);
  });
  const put = (elements: BoardElement[], whole: boolean) => {
    if (whole) drawer.scene.clear();
    for (const element of elements)
      if (isNewer(element, drawer.scene.get(element.id))) drawer.scene.set(element.id, element);
    drawer.binding?.drew([...drawer.scene.values()]);
  };
  drawer.binding = bindBoard(
    boardOf(doc),
    { put },
    {
      mayDraw: () => drawer.mayDraw,
      onRefused: (ids) => {
        for (const id of ids) drawer.scene.delete(id);
      },
    },
  );
  return drawer;
}
function change(drawer: Drawer, id: string, nonce: number, work: (element: BoardElement) => void): void {
  const element = drawer.scene.get(id) ?? drawn(id, { version: 0 });
  element.version++;
  element.versionNonce = nonce;
  work(element);
  drawer.scene.set(id, element);
  drawer.binding.drew([...drawer.scene.values()]);
}
/** All that is on its way arrives, and what follows from that. */
function settle(hub: Y.Doc, drawers: Drawer[]): void {
  for (let round = 0; round < 50; round++) {
    vi.advanceTimersByTime(1000);
    let moved = false;
    for (const drawer of drawers) {
      for (const update of drawer.up.splice(0)) {
        moved = true;
        Y.applyUpdate(hub, update);
        for (const other of drawers) if (other !== drawer) other.down.push(update);
      }
    }
    for (const drawer of drawers)
      for (const update of drawer.down.splice(0)) {
        moved = true;
        Y.applyUpdate(drawer.doc, update, 'hub');
      }
    if (!moved && round > 1) return;
  }
  throw new Error('does not settle');
}
const sceneOf = ({ scene }: Drawer) => Object.fromEntries([...scene].sort(([a], [b]) => (a < b ? -1 : 1)));

const who = fc.nat(2);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('draw' as const),
      who,
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      x: fc.nat(9),
      nonce: fc.nat(9999),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('erase' as const),
      who,
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      nonce: fc.nat(9999),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('up' as const), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('down' as const), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(80) }) },
);

it('R-34 whatever three people draw at once, all end with the same elements, and with the latest form of each', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const hub = new Y.Doc();
      boardOf(hub);
      const drawers = [newDrawer(), newDrawer(), newDrawer()];
      const newest = new Map<string, BoardElement>();
      for (const action of steps) {
        if (action.kind === 'time') {
          vi.advanceTimersByTime(action.ms);
          continue;
        }
        const drawer = drawers[action.who] as Drawer;
        if (action.kind === 'draw' || action.kind === 'erase') {
          if (action.kind === 'erase' && !drawer.scene.has(action.id)) continue;
          change(drawer, action.id, action.nonce, (element) => {
            if (action.kind === 'draw') element.x = action.x;
            element.isDeleted = action.kind === 'erase';
          });
          const now = drawer.scene.get(action.id) as BoardElement;
          if (isNewer(now, newest.get(action.id))) newest.set(action.id, structuredClone(now));
        }
        if (action.kind === 'up') {
          const update = drawer.up.shift();
          if (update === undefined) continue;
          Y.applyUpdate(hub, update);
          for (const other of drawers) if (other !== drawer) other.down.push(update);
        }
        if (action.kind === 'down') {
          const update = drawer.down.shift();
          if (update !== undefined) Y.applyUpdate(drawer.doc, update, 'hub');
        }
      }
      settle(hub, drawers);
      for (const drawer of drawers) {
        expect(boardOf(drawer.doc).toJSON()).toEqual(boardOf(hub).toJSON());
        // What was drawn and rubbed out before anybody heard of it is in that one's scene alone.
        const told = [...drawer.scene.values()].filter(({ id }) => boardOf(hub).has(id));
        const forms = told.map(({ id, version, versionNonce }) => [id, version, versionNonce]).sort();
        expect(forms).toEqual(
          [...boardOf(hub).values()].map(({ id, version, versionNonce }) => [id, version, versionNonce]).sort(),
        );
      }
      for (const [id, { version, versionNonce, isDeleted }] of newest) {
        const kept = boardOf(hub).get(id);
        // What was drawn and rubbed out before anybody heard of it need not be told.
        if (kept === undefined) expect(isDeleted).toBe(true);
        else expect([kept.version, kept.versionNonce]).toEqual([version, versionNonce]);
      }
      for (const { binding } of drawers) binding.close();
    }),
    { numRuns: 200 },
  );
});

it('R-34 only what changed is given, seldom enough, and what is large more seldom', () => {
  const drawer = newDrawer();
  for (const id of ['a', 'b', 'c']) change(drawer, id, 1, () => undefined);
  vi.advanceTimersByTime(50);
  expect(drawer.up.length).toBe(1);
  for (let move = 0; move < 20; move++) {
    change(drawer, 'b', move, (element) => {
      element.x = move;
    });
    vi.advanceTimersByTime(5);
  }
  expect(drawer.up.length).toBeLessThanOrEqual(3);
  const seen = new Set<string>();
  const other = new Y.Doc();
  Y.applyUpdate(other, drawer.up[0] as Uint8Array);
  boardOf(other).observe(({ keysChanged }) => {
    for (const key of keysChanged) seen.add(key);
  });
  for (const update of drawer.up.slice(1)) Y.applyUpdate(other, update);
  expect([...seen]).toEqual(['b']);

  const line = {
    type: 'freedraw' as const,
    points: Array.from({ length: 3000 }, (_, at): [number, number] => [at / 3, at]),
  };
  change(drawer, 'line', 1, (element) => Object.assign(element, line));
  vi.advanceTimersByTime(100);
  const before = drawer.up.length;
  const large = (drawer.up.at(-1) as Uint8Array).byteLength;
  change(drawer, 'line', 2, () => undefined);
  vi.advanceTimersByTime(Math.floor(large / 100) - 60);
  expect(drawer.up.length).toBe(before);
  vi.advanceTimersByTime(200);
  expect(drawer.up.length).toBe(before + 1);
  drawer.binding.close();
});

it('R-34 who may not draw sees what the document has, whatever their page makes of it; who may, gives what they drew', () => {
  const drawer = newDrawer();
  change(drawer, 'mine', 1, () => undefined);
  vi.advanceTimersByTime(100);
  drawer.mayDraw = false;
  drawer.binding.refresh();
  change(drawer, 'in vain', 1, () => undefined);
  change(drawer, 'mine', 1, (element) => {
    element.x = 99;
  });
  vi.advanceTimersByTime(1000);
  expect([...boardOf(drawer.doc).keys()]).toEqual(['mine']);
  boardOf(drawer.doc).set('theirs', drawn('theirs'));
  vi.advanceTimersByTime(1000);
  expect(Object.keys(sceneOf(drawer))).toEqual(['mine', 'theirs']);
  expect(drawer.scene.get('mine')?.x).toBe(1);
  drawer.mayDraw = true;
  drawer.binding.refresh();
  change(drawer, 'again', 1, () => undefined);
  // Closed before its time, nothing of it is lost.
  drawer.binding.close();
  expect([...boardOf(drawer.doc).keys()].sort()).toEqual(['again', 'mine', 'theirs']);
});

it('R-34 pictures are taken out again; what has nothing to see yet is not told; what is rubbed out keeps its ends', () => {
  const drawer = newDrawer();
  drawer.scene.set('picture', { ...drawn('picture'), type: 'image' } as unknown as BoardElement);
  change(drawer, 'begun', 1, (element) => Object.assign(element, { width: 0, height: 0 }));
  change(drawer, 'text', 1, (element) => Object.assign(element, { type: 'text', text: '' }));
  change(drawer, 'line', 1, (element) =>
    Object.assign(element, {
      type: 'freedraw',
      points: [
        [0, 0],
        [1.23456, 1],
        [2, 2],
      ],
      pressures: [0.1, 0.2, 0.3],
    }),
  );
  vi.advanceTimersByTime(100);
  expect(drawer.scene.has('picture')).toBe(false);
  expect([...boardOf(drawer.doc).keys()]).toEqual(['line']);
  expect(boardOf(drawer.doc).get('line')?.points).toEqual([
    [0, 0],
    [1.25, 1],
    [2, 2],
  ]);
  change(drawer, 'line', 2, (element) => {
    element.isDeleted = true;
  });
  vi.advanceTimersByTime(100);
  expect(boardOf(drawer.doc).get('line')).toMatchObject({
    isDeleted: true,
    points: [
      [0, 0],
      [2, 2],
    ],
  });
  drawer.binding.close();
});
