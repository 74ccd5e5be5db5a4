import type { Language } from '@diwan/protocol/errors.ts';
import type { BoardElement } from '@diwan/protocol/vroom-document.ts';
import { restoreElements } from '@excalidraw/excalidraw';
import type { RemoteExcalidrawElement } from '@excalidraw/excalidraw/data/reconcile';

declare global {
  interface Window {
    EXCALIDRAW_ASSET_PATH?: string | string[];
  }
}

/** Where the hub has the fonts (web/excalidraw-fonts.ts); without it they would be asked for elsewhere. */
window.EXCALIDRAW_ASSET_PATH = '/assets/excalidraw/';

export const languageCodes: Record<Language, string> = { fr: 'fr-FR', ar: 'ar-SA', en: 'en' };

/** What came from the hub, with all that Excalidraw reads; none of it is an object that the caller has. */
export const elementsOf = (elements: readonly BoardElement[]): RemoteExcalidrawElement[] =>
  restoreElements(structuredClone(elements) as never, null) as unknown as RemoteExcalidrawElement[];
