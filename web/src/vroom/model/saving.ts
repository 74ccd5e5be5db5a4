import type { Tile, Tiles } from './tiles.ts';

/** On a bad line sound is all: no picture of the others is asked for, but for what the person pins. */
export function withoutPictures({ people, screens }: Tiles, pinned: string | null): Tiles {
  const bare = (tile: Tile): Tile =>
    tile.self || tile.key === pinned ? tile : { ...tile, producerId: null, track: null };
  return { people: people.map(bare), screens: screens.map(bare) };
}
