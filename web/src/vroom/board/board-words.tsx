import { Button } from '@mantine/core';
import { IconChalkboard } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from '../stage.module.css';
import type { BoardView } from './use-board.ts';

/** Says to who does not see the board that somebody draws on it. */
export function BoardWords({ board }: { board: BoardView }) {
  const { t } = useTranslation('board');
  return (
    <div role="status">
      {board.drawing !== null && (
        <div className={classes.pill}>
          <IconChalkboard size={18} stroke={1.8} aria-hidden />
          {t('drawing', { name: board.drawing.name })}
          <Button size="compact-sm" variant="white" onClick={board.open}>
            {t('see')}
          </Button>
        </div>
      )}
    </div>
  );
}
