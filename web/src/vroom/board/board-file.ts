import type { BoardElement } from '@diwan/protocol/vroom-document.ts';
import { exportToBlob } from '@excalidraw/excalidraw';
import { elementsOf } from './excalidraw.ts';

export const boardMediaType = 'application/vnd.excalidraw+json';

/** As a file that Excalidraw opens: https://docs.excalidraw.com/docs/codebase/json-schema */
export const boardFile = (elements: readonly BoardElement[]): string =>
  JSON.stringify(
    { type: 'excalidraw', version: 2, source: 'diwan', elements: inOrder(elements), appState: {}, files: {} },
    undefined,
    2,
  );

/** As a picture (PNG), on white. */
export const boardPicture = (elements: readonly BoardElement[]): Promise<Blob> =>
  exportToBlob({
    elements: elementsOf(inOrder(elements)),
    appState: { exportBackground: true, viewBackgroundColor: '#ffffff' },
    files: null,
    exportPadding: 24,
    mimeType: 'image/png',
  });

/** From back to front. */
const inOrder = (elements: readonly BoardElement[]) =>
  [...elements].sort((a, b) => order(a.index ?? '', b.index ?? '') || order(a.id, b.id));
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
