export interface Size {
  width: number;
  height: number;
}

export interface Grid {
  columns: number;
  rows: number;
  /** One tile, in the unit of the stage. */
  tile: Size;
}

/** Camera pictures are 16:9; a tile may crop them to these shapes to fill the stage, more on an upright screen. */
const widest = 16 / 9;
const narrowest = (stage: Size) => (stage.width < stage.height ? 4 / 5 : 4 / 3);

/** The largest tile that fits `columns` x `rows` times with `gap` between. */
export function tileIn(stage: Size, columns: number, rows: number, gap: number): Size {
  const width = Math.max(0, (stage.width - gap * (columns - 1)) / columns);
  const height = Math.max(0, (stage.height - gap * (rows - 1)) / rows);
  const shape = Math.min(widest, Math.max(narrowest(stage), width / height || widest));
  return width / shape <= height ? { width, height: width / shape } : { width: height * shape, height };
}

/** Rows and columns for `count` equal tiles: of all that hold them, the ones with the largest tiles. */
export function gridFor(count: number, stage: Size, gap: number): Grid {
  let best: Grid = { columns: 1, rows: Math.max(1, count), tile: tileIn(stage, 1, Math.max(1, count), gap) };
  for (let columns = 2; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = tileIn(stage, columns, rows, gap);
    if (tile.width * tile.height > best.tile.width * best.tile.height) best = { columns, rows, tile };
  }
  return best;
}

/** Tiles on one page: as many as stay recognisable, so that a large meeting costs no more than a page of it. */
export function pageSize(stage: Size): number {
  const across = Math.max(1, Math.floor(stage.width / 170));
  const down = Math.max(1, Math.floor(stage.height / 120));
  return Math.max(2, Math.min(25, across * down, stage.width < 600 ? 8 : 25));
}

/** Splits `items` into pages of even length, none longer than `size`; always at least one page. */
export function pagesOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.max(1, Math.ceil(items.length / size));
  const pages: T[][] = [];
  for (let page = 0; page < count; page++) {
    pages.push(items.slice(Math.floor((page * items.length) / count), Math.floor(((page + 1) * items.length) / count)));
  }
  return pages;
}

export interface Rect extends Size {
  /** From the side where lines begin: the left, in Arabic the right. */
  start: number;
  top: number;
}

/** `count` equal tiles in rows inside `area`, the whole of it in the middle, a shorter last row in the middle too. */
export function gridRects(count: number, area: Rect, gap: number): Rect[] {
  const { columns, rows, tile } = gridFor(count, area, gap);
  const top = area.top + (area.height - rows * tile.height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const start = area.start + (area.width - inRow * tile.width - (inRow - 1) * gap) / 2;
    return {
      start: start + (index % columns) * (tile.width + gap),
      top: top + row * (tile.height + gap),
      ...tile,
    };
  });
}
