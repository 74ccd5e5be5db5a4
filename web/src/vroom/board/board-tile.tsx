import { Button, Loader } from '@mantine/core';
import { IconChalkboard } from '@tabler/icons-react';
import { Component, type CSSProperties, lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting } from '../model/meeting.ts';
import type { Placed } from '../model/scene.ts';
import type { Tile } from '../model/tiles.ts';
import { pin } from '../viewing.ts';
import classes from './board.module.css';
import type { BoardView } from './use-board.ts';

// Excalidraw is fetched by who sees a board.
const BoardPanel = lazy(() => import('./board-panel.tsx'));

/** On the stage it is what a shared screen is. */
export const boardTile: Tile = {
  key: 'board',
  participantId: 'board',
  name: '',
  self: false,
  screen: true,
  producerId: null,
  track: null,
  muted: false,
  away: false,
  speaking: false,
  fault: null,
};

interface BoardTileProps {
  meeting: Meeting;
  board: BoardView;
  part: Placed['part'];
  style: CSSProperties;
}

/** The whiteboard on the stage; beside something larger it is only named. */
export function BoardTile({ meeting, board, part, style }: BoardTileProps) {
  const { t } = useTranslation('board');
  return (
    <figure className={classes.tile} data-part={part} data-board aria-label={t('title')} style={style}>
      {part === 'large' ? (
        <Guarded>
          <Suspense fallback={<Opening />}>
            <BoardPanel meeting={meeting} board={board} />
          </Suspense>
        </Guarded>
      ) : (
        <button type="button" className={classes.small} onClick={() => pin(boardTile.key)}>
          <IconChalkboard size={28} stroke={1.5} aria-hidden />
          {t('title')}
        </button>
      )}
    </figure>
  );
}

export function Opening() {
  const { t } = useTranslation('board');
  return (
    <div className={classes.opening} role="status">
      <Loader type="dots" color="lagoon.3" aria-hidden />
      {t('opening')}
    </div>
  );
}

/** What goes wrong in the board does not take the meeting with it. */
class Guarded extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError = () => ({ failed: true });
  override render() {
    return this.state.failed ? <Failed onRetry={() => this.setState({ failed: false })} /> : this.props.children;
  }
}

function Failed({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation('board');
  const { t: common } = useTranslation();
  return (
    <div className={classes.opening} role="alert">
      {t('failed')}
      <Button variant="white" size="compact-md" onClick={onRetry}>
        {common('action.retry')}
      </Button>
    </div>
  );
}
