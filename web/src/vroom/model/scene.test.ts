import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rect } from './layout.ts';
import { afterSpeaker, arrange, ownPlaces, sceneOf, speakersFirst, views, type Wishes } from './scene.ts';
import type { Tile, Tiles } from './tiles.ts';

const tile = (id: string, screen = false, self = false): Tile => ({
  key: `${id} ${screen ? 'screen' : 'camera'}`,
  participantId: id,
  name: id,
  self,
  screen,
  producerId: null,
  track: null,
  muted: true,
  away: false,
  speaking: false,
  fault: null,
});

function meetingOf(others: number, shares: number): Tiles {
  const ids = Array.from({ length: others }, (_, index) => `p${index}`);
  return {
    people: [...ids.map((id) => tile(id)), tile('me', false, true)],
    screens: ids.slice(0, shares).map((id) => tile(id, true)),
  };
}

const usual: Wishes = { view: 'grid', own: 'tile', pinned: null, spotlight: null, recent: [] };
const names = (tiles: readonly Tile[]) => tiles.map(({ key }) => key);
const gap = 8;

const meetings = fc.record({ others: fc.integer({ min: 0, max: 40 }), shares: fc.integer({ min: 0, max: 2 }) });
const wishes = fc.record({
  view: fc.constantFrom(...views),
  own: fc.constantFrom(...ownPlaces),
  pinned: fc.constantFrom(null, 'p0 camera', 'p0 screen', 'p3 camera', 'me camera', 'gone camera'),
  spotlight: fc.constantFrom(null, 'p1', 'me', 'gone'),
  recent: fc.uniqueArray(fc.constantFrom('p0', 'p2', 'p9', 'p30', 'me'), { maxLength: 4 }),
});
const stages = fc.record({ width: fc.integer({ min: 280, max: 3000 }), height: fc.integer({ min: 180, max: 2000 }) });

const overlap = (a: Rect, b: Rect) =>
  a.start < b.start + b.width - 1e-6 &&
  b.start < a.start + a.width - 1e-6 &&
  a.top < b.top + b.height - 1e-6 &&
  b.top < a.top + a.height - 1e-6;

describe('R-34 who is large', () => {
  const three = meetingOf(2, 0);
  const large = (tiles: Tiles, patch: Partial<Wishes>) => names(sceneOf(tiles, { ...usual, ...patch }).large);

  it('nobody in a grid; who spoke last in the speaker view, never oneself', () => {
    expect(large(three, {})).toEqual([]);
    expect(large(three, { view: 'speaker', recent: ['me', 'p1'] })).toEqual(['p1 camera']);
    expect(large(three, { view: 'speaker' })).toEqual(['p0 camera']);
  });

  it('a pin comes before a share, a share stands beside the host’s spotlight, and both before the speaker', () => {
    const sharing = meetingOf(3, 1);
    expect(large(sharing, { pinned: 'p1 camera', spotlight: 'p2' })).toEqual(['p1 camera']);
    expect(large(sharing, { spotlight: 'p2', view: 'speaker', recent: ['p1'] })).toEqual(['p0 screen', 'p2 camera']);
    expect(large(sharing, { pinned: 'gone camera' })).toEqual(['p0 screen']);
    expect(large(three, { spotlight: 'me' })).toEqual(['me camera']);
  });

  it('one’s own picture goes to the corner or away, but never when one is alone or asked for', () => {
    const self = (tiles: Tiles, patch: Partial<Wishes>) => {
      const { large: big, beside, corner } = sceneOf(tiles, { ...usual, ...patch });
      return [...big, ...beside].some((each) => each.self) ? 'tile' : corner === null ? 'hidden' : 'small';
    };
    for (const own of ownPlaces) {
      expect(self(three, { own })).toBe(own);
      expect(self(meetingOf(0, 0), { own })).toBe('tile');
      expect(self(three, { own, pinned: 'me camera' })).toBe('tile');
    }
  });

  it('loses nobody: each tile is somewhere, once', () => {
    fc.assert(
      fc.property(meetings, wishes, ({ others, shares }, wish) => {
        const tiles = meetingOf(others, shares);
        const { large: big, beside, corner } = sceneOf(tiles, wish);
        const shown = names([...big, ...beside, ...(corner ? [corner] : [])]);
        const hidden = wish.own === 'hidden' && !shown.includes('me camera') ? ['me camera'] : [];
        expect([...shown, ...hidden].sort()).toEqual(names([...tiles.people, ...tiles.screens]).sort());
      }),
    );
  });
});

describe('R-34 where everything is', () => {
  it('on the stage, and no tile over another', () => {
    fc.assert(
      fc.property(meetings, wishes, stages, fc.integer({ min: 0, max: 9 }), ({ others, shares }, wish, stage, page) => {
        const { placed, pager } = arrange(sceneOf(meetingOf(others, shares), wish), wish, stage, gap, page);
        const fixed = placed.filter(({ part }) => part !== 'corner').map(({ rect }) => rect);
        if (pager !== null) fixed.push(pager);
        for (const rect of [...fixed, ...placed.map((each) => each.rect)]) {
          expect(rect.start).toBeGreaterThanOrEqual(-1e-6);
          expect(rect.top).toBeGreaterThanOrEqual(-1e-6);
          expect(rect.start + rect.width).toBeLessThanOrEqual(stage.width + 1e-6);
          expect(rect.top + rect.height).toBeLessThanOrEqual(stage.height + 1e-6);
        }
        for (const [index, rect] of fixed.entries())
          for (const other of fixed.slice(index + 1)) expect(overlap(rect, other)).toBe(false);
      }),
    );
  });

  it('people keep a shape that a camera fills', () => {
    fc.assert(
      fc.property(meetings, wishes, stages, ({ others, shares }, wish, stage) => {
        const { placed } = arrange(sceneOf(meetingOf(others, shares), wish), wish, stage, gap, 0);
        for (const { tile: each, rect } of placed) {
          if (each.screen) continue;
          expect(rect.width / rect.height).toBeLessThanOrEqual(16 / 9 + 1e-6);
          expect(rect.width / rect.height).toBeGreaterThanOrEqual(4 / 5 - 1e-6);
        }
      }),
    );
  });

  it('what is large has more of the stage than all that is beside it', () => {
    fc.assert(
      fc.property(meetings, wishes, stages, ({ others, shares }, wish, stage) => {
        fc.pre(wish.view !== 'side');
        const scene = sceneOf(meetingOf(others, shares), wish);
        fc.pre(scene.large.length === 1 && scene.large[0]?.screen === true);
        const { placed } = arrange(scene, wish, stage, gap, 0);
        const area = (part: string) =>
          placed.reduce((sum, each) => sum + (each.part === part ? each.rect.width * each.rect.height : 0), 0);
        expect(area('large')).toBeGreaterThan(area('beside'));
      }),
    );
  });

  it('a share stands half and half with the people, side by side', () => {
    const wish: Wishes = { ...usual, view: 'side' };
    const { placed } = arrange(sceneOf(meetingOf(5, 1), wish), wish, { width: 1200, height: 700 }, gap, 0);
    expect(placed.find(({ part }) => part === 'large')?.rect.width).toBeCloseTo(656, 0);
    expect(placed.filter(({ part }) => part === 'beside')).toHaveLength(6);
  });
});

describe('R-35 pages', () => {
  it('together show everybody beside what is large, once, and each page no more than is recognisable', () => {
    fc.assert(
      fc.property(meetings, wishes, stages, ({ others, shares }, wish, stage) => {
        const scene = sceneOf(meetingOf(others, shares), wish);
        const { pages } = arrange(scene, wish, stage, gap, 0);
        const seen = Array.from({ length: pages }, (_, page) => arrange(scene, wish, stage, gap, page).placed)
          .map((placed) => placed.filter(({ part }) => part === 'beside'))
          .flatMap((placed) => names(placed.map((each) => each.tile)));
        expect(seen.sort()).toEqual(names(scene.beside).sort());
        expect(arrange(scene, wish, stage, gap, 99).page).toBe(pages - 1);
      }),
    );
  });

  it('of thirty people, a desk shows 25 at most and a phone 8', () => {
    const scene = sceneOf(meetingOf(29, 0), usual);
    const shown = (width: number, height: number) => arrange(scene, usual, { width, height }, gap, 0).placed.length;
    expect(shown(1280, 700)).toBeGreaterThan(14);
    expect(shown(2500, 1400)).toBeLessThanOrEqual(25);
    expect(shown(390, 640)).toBeLessThanOrEqual(8);
  });
});

describe('R-34 who speaks comes to the first page', () => {
  it('everybody else stays where they are', () => {
    const { people } = meetingOf(9, 0);
    const moved = names(speakersFirst(people, ['p7'], 4));
    expect(moved.slice(0, 4)).toEqual(['p0 camera', 'p1 camera', 'p2 camera', 'p7 camera']);
    expect(moved[7]).toBe('p3 camera');
    expect(names(speakersFirst(people, ['p2'], 4))).toEqual(names(people));
  });

  it('whoever they are, as far as there is room', () => {
    const ids = Array.from({ length: 20 }, (_, index) => `p${index}`);
    fc.assert(
      fc.property(fc.shuffledSubarray(ids), fc.integer({ min: 1, max: 12 }), (recent, size) => {
        const { people } = meetingOf(20, 0);
        const order = names(speakersFirst(people, recent, size));
        expect([...order].sort()).toEqual(names(people).sort());
        for (const id of recent.slice(0, size)) expect(order.indexOf(`${id} camera`)).toBeLessThan(size);
      }),
    );
  });

  it('the last one first; who left is forgotten', () => {
    expect(afterSpeaker(['b', 'a'], 'a', ['a', 'b'])).toEqual(['a', 'b']);
    expect(afterSpeaker(['b', 'a'], null, ['a'])).toEqual(['a']);
    const same = ['a'];
    expect(afterSpeaker(same, null, ['a'])).toBe(same);
  });
});
