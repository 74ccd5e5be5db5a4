import { views } from './model/scene.ts';
import { createStore } from './model/store.ts';
import { loadView, saveView, type ViewChoice } from './model/view-choice.ts';

/** How this page looks at meetings. The pin (a tile's key) and sound only go with the page, the rest is kept. */
export const viewing = createStore<ViewChoice & { pinned: string | null; soundOnly: boolean }>({
  ...loadView(localStorage),
  pinned: null,
  soundOnly: false,
});

export function chooseView(patch: Partial<ViewChoice>): void {
  viewing.set(patch);
  saveView(localStorage, viewing.get());
}

/** Pins a tile, or lets it go when it is pinned. */
export function pin(tileKey: string): void {
  viewing.set({ pinned: viewing.get().pinned === tileKey ? null : tileKey });
}

export function nextView(): void {
  const { view } = viewing.get();
  chooseView({ view: views[(views.indexOf(view) + 1) % views.length] ?? 'grid' });
}
