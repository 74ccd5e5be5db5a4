import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ControlButton } from './control-button.tsx';
import { gridFor, pageSize, pagesOf } from './model/layout.ts';
import type { Meeting } from './model/meeting.ts';
import type { Tile } from './model/tiles.ts';
import classes from './stage.module.css';
import { PersonTile, ScreenTile } from './tile.tsx';
import { useElementSize } from './use-element-size.ts';

const gap = 8;

/** Everybody in equal tiles, a page at a time. */
export function Grid({ meeting, tiles }: { meeting: Meeting; tiles: Tile[] }) {
  const { t } = useTranslation('vroom');
  const [ref, size] = useElementSize<HTMLDivElement>();
  const [wantedPage, setPage] = useState(0);
  const pages = size === undefined ? [] : pagesOf(tiles, pageSize(size));
  const page = Math.min(wantedPage, Math.max(0, pages.length - 1));
  const shown = pages[page] ?? [];
  const tile = size && gridFor(shown.length, size, gap).tile;
  return (
    <section className={classes.gridArea} aria-label={t('stage.label')}>
      <div ref={ref} className={classes.grid} style={{ gap }}>
        {tile &&
          shown.map((each) => (
            // Floored: a fraction of a pixel too much would break the row.
            <PersonTile
              key={each.key}
              meeting={meeting}
              tile={each}
              style={{ inlineSize: Math.floor(tile.width), blockSize: Math.floor(tile.height) }}
            />
          ))}
      </div>
      {pages.length > 1 && (
        <nav className={classes.pager} aria-label={t('stage.page', { page: page + 1, pages: pages.length })}>
          <ControlButton
            label={t('stage.previous')}
            icon={<IconChevronLeft size={20} className="mirrored" aria-hidden />}
            onClick={() => setPage(Math.max(0, page - 1))}
          />
          <span className="figures">{t('stage.page', { page: page + 1, pages: pages.length })}</span>
          <ControlButton
            label={t('stage.next')}
            icon={<IconChevronRight size={20} className="mirrored" aria-hidden />}
            onClick={() => setPage(Math.min(pages.length - 1, page + 1))}
          />
        </nav>
      )}
    </section>
  );
}

/** What is shared, large; the people in a strip beside it. */
export function Presentation(props: { meeting: Meeting; screens: Tile[]; people: Tile[] }) {
  const { meeting, screens, people } = props;
  const { t } = useTranslation('vroom');
  return (
    <div className={classes.presentation}>
      <div className={classes.screens}>
        {screens.map((screen) => (
          <ScreenTile key={screen.key} meeting={meeting} tile={screen} />
        ))}
      </div>
      <section className={classes.strip} aria-label={t('stage.label')}>
        {people.map((person) => (
          <PersonTile key={person.key} meeting={meeting} tile={person} />
        ))}
      </section>
    </div>
  );
}

/** One person large, for everybody; the others in a strip beside them. */
export function Spotlit({ meeting, main, people }: { meeting: Meeting; main: Tile; people: Tile[] }) {
  const { t } = useTranslation('vroom');
  return (
    <div className={classes.presentation}>
      <div className={classes.screens}>
        <PersonTile meeting={meeting} tile={main} style={{ inlineSize: '100%', blockSize: '100%' }} />
      </div>
      <section className={classes.strip} aria-label={t('stage.label')}>
        {people
          .filter(({ key }) => key !== main.key)
          .map((person) => (
            <PersonTile key={person.key} meeting={meeting} tile={person} />
          ))}
      </section>
    </div>
  );
}
