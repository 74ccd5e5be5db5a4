import '@excalidraw/excalidraw/index.css';
import type { BoardElement } from '@diwan/protocol/vroom-document.ts';
import { Excalidraw, MainMenu } from '@excalidraw/excalidraw';
import { useComputedColorScheme } from '@mantine/core';
import { useLanguage } from '../../locales/i18n.ts';
import classes from './board.module.css';
import { elementsOf, languageCodes } from './excalidraw.ts';

/** A drawing to look at. */
export function StillDrawing({ elements }: { elements: readonly BoardElement[] }) {
  const language = useLanguage();
  const theme = useComputedColorScheme('light');
  return (
    <div className={classes.drawing}>
      <Excalidraw
        initialData={{ elements: elementsOf(elements), scrollToContent: true }}
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
