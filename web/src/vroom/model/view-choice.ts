import { z } from 'zod';
import { ownPlaces, views } from './scene.ts';

const ViewChoice = z.object({
  view: z.enum(views).catch('grid'),
  own: z.enum(ownPlaces).catch('tile'),
});
export type ViewChoice = z.infer<typeof ViewChoice>;

const key = 'diwan.view';

/** How the person looked at the last meeting on this browser. */
export function loadView(storage: Storage): ViewChoice {
  try {
    return ViewChoice.parse(JSON.parse(storage.getItem(key) ?? '{}'));
  } catch {
    return ViewChoice.parse({});
  }
}

export function saveView(storage: Storage, { view, own }: ViewChoice): void {
  storage.setItem(key, JSON.stringify({ view, own }));
}
