import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BoardTile, boardTile } from './board/board-tile.tsx';
import type { BoardView } from './board/use-board.ts';
import classes from './canvas.module.css';
import { ControlButton } from './control-button.tsx';
import type { Rect } from './model/layout.ts';
import type { Meeting } from './model/meeting.ts';
import type { Grade } from './model/quality.ts';
import { arrange, sceneOf } from './model/scene.ts';
import type { Tiles } from './model/tiles.ts';
import { PersonTile, ScreenTile } from './tile.tsx';
import { useElementSize } from './use-element-size.ts';
import { useFollow } from './use-follow.ts';
import { viewing } from './viewing.ts';

const gap = 8;

interface CanvasProps {
  meeting: Meeting;
  tiles: Tiles;
  /** Who spoke, the last one first. */
  recent: readonly string[];
  spotlight: string | null;
  /** By participant. */
  grades: ReadonlyMap<string, Grade>;
  board: BoardView;
}

/** All tiles, in whatever view: they move and never begin anew. Only those of the page are there, and received. */
export function Canvas({ meeting, tiles, recent, spotlight, grades, board }: CanvasProps) {
  const { t } = useTranslation('vroom');
  const [ref, size] = useElementSize<HTMLElement>();
  const choice = useFollow(viewing);
  const [wantedPage, setPage] = useState(0);
  const wishes = { ...choice, recent, spotlight };
  const shown = size && arrange(sceneOf(tiles, wishes), wishes, size, gap, wantedPage);
  return (
    <section ref={ref} className={classes.canvas} aria-label={t('stage.label')}>
      {shown?.placed.map(({ tile, rect, part }) => {
        if (tile.key === boardTile.key)
          return <BoardTile key={tile.key} {...{ meeting, board, part }} style={placeOf(rect)} />;
        const TileView = tile.screen ? ScreenTile : PersonTile;
        return (
          <TileView
            key={tile.key}
            meeting={meeting}
            tile={tile}
            part={part}
            pinned={tile.key === choice.pinned}
            spotlit={!tile.screen && tile.participantId === spotlight}
            grade={grades.get(tile.participantId)}
            style={placeOf(rect)}
          />
        );
      })}
      {shown?.pager && <Pager page={shown.page} pages={shown.pages} style={placeOf(shown.pager)} onPage={setPage} />}
    </section>
  );
}

function Pager(props: { page: number; pages: number; style: CSSProperties; onPage: (page: number) => void }) {
  const { page, pages, style, onPage } = props;
  const { t } = useTranslation('vroom');
  return (
    <nav className={classes.pager} style={style} aria-label={t('stage.page', { page: page + 1, pages })}>
      <ControlButton
        label={t('stage.previous')}
        icon={<IconChevronLeft size={20} className="mirrored" aria-hidden />}
        onClick={() => onPage(Math.max(0, page - 1))}
      />
      <span className={`${classes.count} figures`} aria-hidden>
        {page + 1} / {pages}
      </span>
      <ControlButton
        label={t('stage.next')}
        icon={<IconChevronRight size={20} className="mirrored" aria-hidden />}
        onClick={() => onPage(Math.min(pages - 1, page + 1))}
      />
    </nav>
  );
}

const placeOf = ({ start, top, width, height }: Rect): CSSProperties => ({
  insetInlineStart: start,
  insetBlockStart: top,
  inlineSize: width,
  blockSize: height,
});
