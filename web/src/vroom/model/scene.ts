import { gridRects, pageSize, pagesOf, type Rect, type Size } from './layout.ts';
import type { Tile, Tiles } from './tiles.ts';

/** `side`: what is large takes half, the people the other half. */
export const views = ['grid', 'speaker', 'side'] as const;
export type View = (typeof views)[number];
/** One's own picture: among the others, small in a corner, or not at all. */
export const ownPlaces = ['tile', 'small', 'hidden'] as const;
export type OwnPlace = (typeof ownPlaces)[number];

export interface Wishes {
  view: View;
  own: OwnPlace;
  /** The key of the tile that the person pinned. */
  pinned: string | null;
  /** The participant to whom everybody's attention is called. */
  spotlight: string | null;
  /** Who spoke, the last one first, by participant. */
  recent: readonly string[];
}

/** Who is large, who is beside it, who lies in the corner. Without anything large it is a grid. */
export interface Scene {
  large: Tile[];
  beside: Tile[];
  corner: Tile | null;
}

/** A pin is the person's own wish and comes before all; then what is shared, with the host's spotlight; then who speaks. */
export function sceneOf({ people, screens }: Tiles, { view, own, pinned, spotlight, recent }: Wishes): Scene {
  const all = [...screens, ...people];
  const alone = all.length === 1;
  const byPin = all.filter(({ key }) => key === pinned);
  const called = people.filter(({ participantId }) => participantId === spotlight);
  const large = byPin.length > 0 ? byPin : [...screens, ...called];
  if (large.length === 0 && view !== 'grid' && !alone) large.push(...speakerOf(people, recent));
  const self = alone || large.some((tile) => tile.self) ? undefined : people.find((tile) => tile.self);
  const rest = all.filter((tile) => !large.includes(tile) && (own === 'tile' || tile !== self));
  return { large, beside: rest, corner: own === 'small' && self !== undefined ? self : null };
}

/** Who speaks or spoke last, never oneself; before anybody has spoken, who came first. */
function speakerOf(people: readonly Tile[], recent: readonly string[]): Tile[] {
  const others = people.filter(({ self }) => !self);
  const spoke = recent.map((id) => others.find(({ participantId }) => participantId === id));
  const speaker = spoke.find((tile) => tile !== undefined) ?? others[0];
  return speaker === undefined ? [] : [speaker];
}

/** Who spoke, the last one first, after `speakerId` did; those who are gone are forgotten. */
export function afterSpeaker(
  recent: readonly string[],
  speakerId: string | null,
  present: readonly string[],
): readonly string[] {
  const next = [...(speakerId === null ? [] : [speakerId]), ...recent.filter((id) => id !== speakerId)].filter((id) =>
    present.includes(id),
  );
  return next.length === recent.length && next.every((id, index) => id === recent[index]) ? recent : next;
}

/**
 * Brings those who spoke lately onto the first page of `size`, each in the place of somebody who didn't (from the page's end);
 * everybody else stays where they are.
 */
export function speakersFirst(people: readonly Tile[], recent: readonly string[], size: number): Tile[] {
  const order = [...people];
  const wanted = recent.slice(0, size);
  const isWanted = (tile: Tile | undefined) => tile !== undefined && (tile.self || wanted.includes(tile.participantId));
  for (const id of wanted) {
    const at = order.findIndex((tile) => tile.participantId === id);
    if (at < size) continue;
    let place = size - 1;
    while (place >= 0 && isWanted(order[place])) place--;
    if (place < 0) break;
    [order[place], order[at]] = [order[at] as Tile, order[place] as Tile];
  }
  return order;
}

export interface Placed {
  tile: Tile;
  rect: Rect;
  part: 'large' | 'beside' | 'corner';
}

export interface Arrangement {
  placed: Placed[];
  /** Of the people who are not large: only those of the page are on the stage, and received. */
  page: number;
  pages: number;
  /** Where turning the pages belongs: under or beside these tiles. */
  pager: Rect | null;
}

const pagerSize = 44;

/** Where everything is on a stage of this size. Tiles never overlap, but for the corner's, and all lie on the stage. */
export function arrange(scene: Scene, wishes: Wishes, stage: Size, gap: number, wantedPage: number): Arrangement {
  const whole: Rect = { start: 0, top: 0, ...stage };
  const { large, beside } = scene;
  const [forLarge, forBeside] =
    large.length === 0
      ? [undefined, whole]
      : beside.length === 0
        ? [whole, undefined]
        : split(whole, wishes.view === 'side', gap);
  const rects: Placed[] = [];
  if (forLarge !== undefined) rects.push(...largeRects(large, forLarge, gap));
  let [page, pages, pager] = [0, 1, null as Rect | null];
  if (forBeside !== undefined) {
    const strip = large.length > 0 && wishes.view !== 'side';
    const capacity = (area: Rect) => (strip ? stripCapacity(area, gap) : pageSize(area));
    const paged = beside.length > capacity(forBeside);
    const [area, rest] = paged ? withPager(forBeside) : [forBeside, null];
    const size = capacity(area);
    // Pages are of even length, so the first may be shorter than it could be.
    const firstLength = pagesOf(beside, size)[0]?.length ?? 0;
    const all = pagesOf(speakersFirst(beside, wishes.recent, firstLength), size);
    page = Math.min(Math.max(0, wantedPage), all.length - 1);
    pages = all.length;
    pager = pages > 1 ? rest : null;
    const shown = all[page] ?? [];
    const places = gridRects(shown.length, pages > 1 ? area : forBeside, gap);
    rects.push(...shown.map((tile, index) => ({ tile, rect: places[index] as Rect, part: 'beside' as const })));
  }
  if (scene.corner !== null)
    rects.push({ tile: scene.corner, rect: cornerOf(stage, forLarge ?? whole, gap, pager), part: 'corner' });
  return { placed: rects, page, pages, pager };
}

/** One screen keeps its whole area: it is shown whole, never cropped. */
function largeRects(large: Tile[], area: Rect, gap: number): Placed[] {
  const one = large.length === 1;
  const places = one && large[0]?.screen ? [area] : gridRects(large.length, area, gap);
  return large.map((tile, index) => ({ tile, rect: places[index] as Rect, part: 'large' }));
}

/** The people beside what is large: at the end of the line on a wide stage, below on an upright one. */
function split(whole: Rect, halves: boolean, gap: number): [Rect, Rect] {
  if (whole.width >= whole.height) {
    const width = halves ? (whole.width - gap) * 0.45 : Math.min(224, Math.max(112, whole.width * 0.2));
    const rest = whole.width - width - gap;
    return [
      { ...whole, width: rest },
      { ...whole, start: rest + gap, width },
    ];
  }
  const height = halves ? (whole.height - gap) * 0.5 : Math.min(100, Math.max(64, whole.height * 0.14));
  const rest = whole.height - height - gap;
  return [
    { ...whole, height: rest },
    { ...whole, top: rest + gap, height },
  ];
}

/** As many tiles in a strip as stay recognisable, in one line. */
function stripCapacity({ width, height }: Size, gap: number): number {
  const tile = height >= width ? Math.max(72, (width * 9) / 16) : Math.max(88, (height * 4) / 3);
  // Rounded: a little smaller is better than one more page.
  return Math.max(1, Math.round((Math.max(width, height) + gap) / (tile + gap)));
}

function withPager(area: Rect): [Rect, Rect] {
  // A low strip has its pages turned at its end, everything else below.
  if (area.width > area.height * 2 && area.height < 160) {
    const width = Math.min(area.width / 3, pagerSize * 2);
    return [
      { ...area, width: area.width - width },
      { ...area, start: area.start + area.width - width, width },
    ];
  }
  const height = Math.min(area.height / 3, pagerSize);
  return [
    { ...area, height: area.height - height },
    { ...area, top: area.top + area.height - height, height },
  ];
}

/** Over what is large, else over the grid, but never over the turning of pages. */
function cornerOf(stage: Size, area: Rect, gap: number, pager: Rect | null): Rect {
  const width = Math.min(200, stage.width * 0.3, (stage.height * 0.3 * 16) / 9);
  const height = (width * 9) / 16;
  const bottom = Math.min(area.top + area.height, pager !== null && pager.top > area.top ? pager.top : stage.height);
  return {
    start: area.start + area.width - width - gap,
    top: Math.max(area.top, bottom - height - gap),
    width,
    height,
  };
}
