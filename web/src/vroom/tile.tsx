import { Tooltip, UnstyledButton } from '@mantine/core';
import { IconFocusCentered, IconMicrophoneOff, IconPinned, IconPinnedOff, IconScreenShare } from '@tabler/icons-react';
import { type CSSProperties, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting } from './model/meeting.ts';
import type { Grade } from './model/quality.ts';
import type { Placed } from './model/scene.ts';
import { initialsOf, type Tile } from './model/tiles.ts';
import { TileFault } from './privacy/tile-fault.tsx';
import { QualitySign } from './quality-sign.tsx';
import classes from './tile.module.css';
import { TileMarks } from './together/tile-marks.tsx';
import { useView } from './use-view.ts';
import { Video } from './video.tsx';
import { pin } from './viewing.ts';

const tones = 6;
const toneOf = (id: string) =>
  [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % tones;

export interface TileProps {
  meeting: Meeting;
  tile: Tile;
  part: Placed['part'];
  pinned: boolean;
  /** The host calls everybody's attention to this person. */
  spotlit: boolean;
  /** How they are received; undefined while nothing can tell. */
  grade: Grade | undefined;
  style: CSSProperties;
}

/** Somebody: their picture, else their initials; their name; whether they are heard. */
export function PersonTile({ meeting, tile, part, pinned, spotlit, grade, style }: TileProps) {
  const { t } = useTranslation('vroom');
  const { t: comfort } = useTranslation('comfort');
  const element = useRef<HTMLDivElement>(null);
  useView(meeting, tile.producerId, element);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of people is no form
    <div
      ref={element}
      role="group"
      aria-label={tile.name}
      data-participant-id={tile.participantId}
      data-part={part}
      className={classes.tile}
      data-speaking={tile.speaking && !tile.muted}
      data-away={tile.away}
      style={style}
      onDoubleClick={() => pin(tile.key)}
    >
      <span className={classes.initials} data-tone={toneOf(tile.participantId)} aria-hidden>
        {initialsOf(tile.name)}
      </span>
      {tile.track !== null && <Video track={tile.track} mirrored={tile.self} />}
      <TileFault fault={tile.fault} />
      <TileMarks meeting={meeting} participantId={tile.participantId} />
      <TileActions tile={tile} pinned={pinned} />
      <span className={classes.tag}>
        {spotlit && (
          <IconFocusCentered size={15} stroke={2} className={classes.sign} aria-label={comfort('view.spotlit')} />
        )}
        {tile.muted && (
          <IconMicrophoneOff size={15} stroke={2} className={classes.muted} aria-label={t('people.muted')} />
        )}
        <bdi className={classes.name}>{tile.name}</bdi>
        {tile.self && <span className={classes.self}>({t('people.you')})</span>}
        {grade !== undefined && !tile.away && <QualitySign grade={grade} name={tile.name} self={tile.self} />}
        {tile.away && <span className={classes.self}>{t('people.away')}</span>}
      </span>
    </div>
  );
}

/** A screen that somebody shares, whole. */
export function ScreenTile({ meeting, tile, part, pinned, style }: TileProps) {
  const { t } = useTranslation('vroom');
  const element = useRef<HTMLElement>(null);
  useView(meeting, tile.producerId, element);
  const label = t('stage.screenOf', { name: tile.name });
  return (
    <figure
      ref={element}
      aria-label={label}
      data-participant-id={tile.participantId}
      data-part={part}
      data-screen
      className={classes.screen}
      style={style}
      onDoubleClick={() => pin(tile.key)}
    >
      <IconScreenShare size={44} stroke={1.2} className={classes.coming} aria-hidden />
      {tile.track !== null && <Video track={tile.track} whole />}
      <TileFault fault={tile.fault} />
      <TileActions tile={tile} pinned={pinned} />
      <figcaption className={classes.tag}>
        <bdi className={classes.name}>{label}</bdi>
      </figcaption>
    </figure>
  );
}

function TileActions({ tile, pinned }: { tile: Tile; pinned: boolean }) {
  const { t: vroom } = useTranslation('vroom');
  const { t } = useTranslation('comfort');
  const name = tile.screen ? vroom('stage.screenOf', { name: tile.name }) : tile.name;
  const label = t(pinned ? 'view.unpin' : 'view.pin', { name });
  const Icon = pinned ? IconPinnedOff : IconPinned;
  return (
    <div className={classes.actions} data-pinned={pinned}>
      <Tooltip label={label}>
        <UnstyledButton className={classes.action} aria-label={label} onClick={() => pin(tile.key)}>
          <Icon size={17} stroke={1.8} aria-hidden />
        </UnstyledButton>
      </Tooltip>
    </div>
  );
}
