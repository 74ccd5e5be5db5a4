import '@excalidraw/excalidraw/index.css';
import type { BoardElement } from '@diwan/protocol/vroom-document.ts';
import { Excalidraw, MainMenu } from '@excalidraw/excalidraw';
import type { ExcalidrawImperativeAPI } from '@excalidraw/excalidraw/types';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useLanguage } from '../../locales/i18n.ts';
import classes from './board.module.css';
import { elementsOf, languageCodes } from './excalidraw.ts';

/** A drawing to look at. */
export function StillDrawing({ elements }: { elements: readonly BoardElement[] }) {
  const language = useLanguage();
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null);
  const [begun, setBegun] = useState(false);
  const [first] = useState(() => ({ elements: elementsOf(elements) }));
  useEffect(() => {
    if (begun) api?.scrollToContent(undefined, { fitToContent: true });
  }, [api, begun]);
  const theme = useComputedColorScheme('light');
  return (
    <div className={classes.drawing}>
      <Excalidraw
        excalidrawAPI={setApi}
        onChange={() => setBegun(true)}
        initialData={first}
        langCode={languageCodes[language]}
        theme={theme}
        viewModeEnabled
      >
        {/* In place of a menu with ways elsewhere; what it had is beside the board. */}
        <MainMenu>{null}</MainMenu>
      </Excalidraw>
    </div>
  );
}
