import { IconMicrophoneOff, IconScreenShare } from '@tabler/icons-react';
import { type CSSProperties, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting } from './model/meeting.ts';
import { initialsOf, type Tile } from './model/tiles.ts';
import classes from './tile.module.css';
import { TileMarks } from './together/tile-marks.tsx';
import { useView } from './use-view.ts';
import { Video } from './video.tsx';

const tones = 6;
const toneOf = (id: string) =>
  [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % tones;

/** Somebody: their picture, else their initials; their name; whether they are heard. */
export function PersonTile({ meeting, tile, style }: { meeting: Meeting; tile: Tile; style?: CSSProperties }) {
  const { t } = useTranslation('vroom');
  const element = useRef<HTMLDivElement>(null);
  useView(meeting, tile.producerId, element);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of people is no form
    <div
      ref={element}
      role="group"
      aria-label={tile.name}
      data-participant-id={tile.participantId}
      className={classes.tile}
      data-speaking={tile.speaking && !tile.muted}
      data-away={tile.away}
      style={style}
    >
      <span className={classes.initials} data-tone={toneOf(tile.participantId)} aria-hidden>
        {initialsOf(tile.name)}
      </span>
      {tile.track !== null && <Video track={tile.track} mirrored={tile.self} />}
      <TileMarks meeting={meeting} participantId={tile.participantId} />
      <span className={classes.tag}>
        {tile.muted && (
          <IconMicrophoneOff size={15} stroke={2} className={classes.muted} aria-label={t('people.muted')} />
        )}
        <bdi className={classes.name}>{tile.name}</bdi>
        {tile.self && <span className={classes.self}>({t('people.you')})</span>}
        {tile.away && <span className={classes.self}>{t('people.away')}</span>}
      </span>
    </div>
  );
}

/** A screen that somebody shares, whole. */
export function ScreenTile({ meeting, tile }: { meeting: Meeting; tile: Tile }) {
  const { t } = useTranslation('vroom');
  const element = useRef<HTMLElement>(null);
  useView(meeting, tile.producerId, element);
  const label = t('stage.screenOf', { name: tile.name });
  return (
    <figure
      ref={element}
      aria-label={label}
      data-participant-id={tile.participantId}
      data-screen
      className={classes.screen}
    >
      <IconScreenShare size={44} stroke={1.2} className={classes.coming} aria-hidden />
      {tile.track !== null && <Video track={tile.track} whole />}
      <figcaption className={classes.tag}>
        <bdi className={classes.name}>{label}</bdi>
      </figcaption>
    </figure>
  );
}
