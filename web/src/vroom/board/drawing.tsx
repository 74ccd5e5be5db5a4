import '@excalidraw/excalidraw/index.css';
import type { BoardElement } from '@diwan/protocol/vroom-document.ts';
import { CaptureUpdateAction, Excalidraw, MainMenu, reconcileElements } from '@excalidraw/excalidraw';
import type { Collaborator, ExcalidrawImperativeAPI, SocketId } from '@excalidraw/excalidraw/types';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../locales/i18n.ts';
import { toastProblem } from '../../ui/toast.ts';
import { type BoardBinding, bindBoard } from '../document/board-binding.ts';
import type { Copy, SharedCopy } from '../document/shared-copy.ts';
import classes from './board.module.css';
import { elementsOf, languageCodes } from './excalidraw.ts';
import { useRefusedPictures } from './use-refused-pictures.ts';

interface DrawingProps {
  copy: Copy;
  point: SharedCopy['point'];
  mayDraw: boolean;
}

const options = {
  canvasActions: {
    changeViewBackgroundColor: false,
    clearCanvas: false,
    export: false,
    loadScene: false,
    saveToActiveFile: false,
    toggleTheme: false,
    saveAsImage: false,
  },
  // The hub takes no pictures (protocol/vroom-document.ts).
  tools: { image: false },
} as const;

/** Excalidraw, bound to this copy of the document. */
export function Drawing({ copy, point, mayDraw }: DrawingProps) {
  const { t } = useTranslation('board');
  const language = useLanguage();
  const theme = useComputedColorScheme('light');
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null);
  /** Excalidraw puts its first scene in place after it has told of itself, over all that came before. */
  const [begun, setBegun] = useState(false);
  const [first] = useState(() => ({ elements: elementsOf([...copy.board.values()]), scrollToContent: true }));
  const binding = useRef<BoardBinding>(null);
  const place = useRef<HTMLDivElement>(null);
  // The binding lives as long as the drawing: it asks for what may change about it.
  const now = useRef({ mayDraw, refused: t('noPictures') });
  useEffect(() => {
    now.current = { mayDraw, refused: t('noPictures') };
  });
  useRefusedPictures(place, t('noPictures'));

  useEffect(() => {
    if (api === null || !begun) return;
    const put = (elements: BoardElement[], whole: boolean) => {
      const before = whole ? [] : api.getSceneElementsIncludingDeleted();
      const merged = reconcileElements(before, elementsOf(elements), api.getAppState());
      // Undo is for what one drew oneself.
      api.updateScene({ elements: merged, captureUpdate: CaptureUpdateAction.NEVER });
    };
    const bound = bindBoard(
      copy.board,
      { put },
      {
        mayDraw: () => now.current.mayDraw,
        onRefused(ids) {
          const elements = api.getSceneElementsIncludingDeleted().filter(({ id }) => !ids.includes(id));
          api.updateScene({ elements, captureUpdate: CaptureUpdateAction.NEVER });
          toastProblem(now.current.refused);
        },
      },
    );
    binding.current = bound;
    // On a small screen all of it, smaller.
    if (copy.board.size > 0) api.scrollToContent(undefined, { fitToContent: true });
    return () => {
      binding.current = null;
      bound.close();
    };
  }, [api, begun, copy]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: to be allowed or not changes what is shown
  useEffect(() => binding.current?.refresh(), [mayDraw]);

  useEffect(() => {
    if (api === null) return;
    let frame: number | undefined;
    const show = () => {
      frame = undefined;
      api.updateScene({ collaborators: collaboratorsOf(copy) });
    };
    const later = () => {
      frame ??= requestAnimationFrame(show);
    };
    later();
    copy.awareness.on('change', later);
    return () => {
      if (frame !== undefined) cancelAnimationFrame(frame);
      copy.awareness.off('change', later);
      point(null);
    };
  }, [api, copy, point]);

  return (
    // Keys mean here what they mean in Excalidraw, and its directions are its own.
    <div ref={place} className={classes.drawing} data-own-keys>
      <Excalidraw
        excalidrawAPI={setApi}
        initialData={first}
        // Not called before that.
        onChange={(elements) => {
          setBegun(true);
          binding.current?.drew(elements);
        }}
        onPointerUpdate={({ pointer, button }) => point({ x: pointer.x, y: pointer.y, down: button === 'down' })}
        langCode={languageCodes[language]}
        theme={theme}
        viewModeEnabled={!mayDraw}
        UIOptions={options}
        validateEmbeddable={false}
        aiEnabled={false}
        isCollaborating
        autoFocus
      >
        {/* In place of a menu with ways elsewhere; what it had is beside the board. */}
        <MainMenu>{null}</MainMenu>
      </Excalidraw>
    </div>
  );
}

/** Where the others are, under the names that the meeting knows. */
function collaboratorsOf({ awareness }: Copy): Map<SocketId, Collaborator> {
  const shown = [...awareness.states].flatMap(([clientId, state]): [SocketId, Collaborator][] => {
    const { participantId, pointer, user } = state as {
      participantId?: string;
      pointer: { x: number; y: number; down: boolean } | null;
      user?: { name: string };
    };
    if (clientId === awareness.clientID || !participantId || !pointer || !user) return [];
    return [
      [
        String(clientId) as SocketId,
        {
          // Their colour is made of this.
          id: participantId,
          username: user.name,
          pointer: { x: pointer.x, y: pointer.y, tool: 'pointer' },
          button: pointer.down ? 'down' : 'up',
        },
      ],
    ];
  });
  return new Map(shown);
}
