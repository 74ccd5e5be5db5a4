import { useEffect, useRef, useState } from 'react';
import { useSentences } from '../../ui/states.tsx';
import { toastProblem } from '../../ui/toast.ts';
import { hubSignal } from '../hub-signal.ts';
import type { MeetingState } from '../model/meeting.ts';
import { inCharge } from '../model/roles.ts';

export interface BoardView {
  /** It is on this stage. */
  visible: boolean;
  mayDraw: boolean;
  /** It may be taken off everybody's stage, by who sees it. */
  mayClose: boolean;
  /** Who draws while it is not to be seen here. */
  drawing: { name: string } | null;
  /** For everybody, where one may; else for oneself. */
  open: () => void;
  /** On one's own stage alone. */
  hide: () => void;
  /** For everybody. */
  close: () => void;
}

/** How long it is said that somebody draws, in ms. */
const saidMs = 6000;

/** Whether the whiteboard is on this stage: as everybody's is, unless one chose otherwise. */
export function useBoard({ board, self, room, others, phase, reconnecting }: MeetingState): BoardView {
  const sentence = useSentences();
  const [own, setOwn] = useState<'open' | 'hidden' | null>(null);
  const [drawing, setDrawing] = useState<{ name: string } | null>(null);
  /** This page put it on everybody's stage. */
  const mine = useRef(false);
  const mayDraw = inCharge(self?.role) || (room?.settings.notes ?? true);
  const shown = board !== null;
  const visible = own === 'open' || (own === null && shown);
  const inside = phase === 'in' && !reconnecting;

  const tell = (on: boolean) =>
    hubSignal.call('board:show', { shown: on }).catch((error: unknown) => toastProblem(sentence(error)));

  // Shown or closed for everybody: what one chose before was about another time.
  useEffect(() => {
    setOwn(null);
    if (!shown) mine.current = false;
  }, [shown]);
  // A hub that was started again does not know of it.
  useEffect(() => {
    if (inside && mine.current) void hubSignal.call('board:show', { shown: true }).catch(() => undefined);
  }, [inside]);

  const latest = useRef({ visible, others });
  useEffect(() => {
    latest.current = { visible, others };
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = hubSignal.on('board:drawn', ({ participantId }) => {
      const person = latest.current.others.find(({ id }) => id === participantId);
      if (latest.current.visible || person === undefined) return;
      setDrawing({ name: person.name });
      clearTimeout(timer);
      timer = setTimeout(() => setDrawing(null), saidMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);

  return {
    visible,
    mayDraw,
    mayClose:
      shown &&
      (inCharge(self?.role) ||
        board.participantId === self?.id ||
        (mayDraw && !others.some(({ id }) => id === board.participantId))),
    drawing: visible ? null : drawing,
    open() {
      if (shown || !mayDraw) setOwn(shown ? null : 'open');
      else {
        mine.current = true;
        void tell(true);
      }
    },
    hide: () => setOwn(shown ? 'hidden' : null),
    close: () => void tell(false),
  };
}
