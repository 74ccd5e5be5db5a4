import type { Node } from '@diwan/protocol/ibox.ts';
import {
  IconArrowsMove,
  IconCopy,
  IconDownload,
  IconEye,
  IconFolderOpen,
  IconHistory,
  IconInfoCircle,
  IconLock,
  IconPencil,
  IconStar,
  IconTrash,
} from '@tabler/icons-react';

type Offer = {
  action: string;
  icon: typeof IconCopy;
  /** Only of one node, or of one of this kind. */
  one?: true;
  kind?: Node['kind'];
  /** Also on the bar above the list; the menu has all. */
  bar?: true;
  /** Begins a group. */
  apart?: true;
  danger?: true;
  /** Its key, as KeyboardEvent names it. */
  shortcut?: 'Enter' | 'F2' | 'Delete';
};

/** What can be done with what is selected, in the order of the menu. */
const offers = [
  { action: 'open', icon: IconFolderOpen, one: true, kind: 'folder', shortcut: 'Enter' },
  { action: 'preview', icon: IconEye, one: true, kind: 'file', shortcut: 'Enter' },
  { action: 'download', icon: IconDownload, bar: true },
  { action: 'rename', icon: IconPencil, one: true, bar: true, apart: true, shortcut: 'F2' },
  { action: 'move', icon: IconArrowsMove, bar: true },
  { action: 'copy', icon: IconCopy, bar: true },
  { action: 'favourite', icon: IconStar, apart: true },
  { action: 'lock', icon: IconLock, one: true },
  { action: 'versions', icon: IconHistory, one: true, kind: 'file' },
  { action: 'details', icon: IconInfoCircle },
  { action: 'delete', icon: IconTrash, bar: true, apart: true, danger: true, shortcut: 'Delete' },
] as const satisfies Offer[];

export type NodeAction = (typeof offers)[number]['action'];
export type NodeOffer = Omit<Offer, 'action'> & { action: NodeAction };

/** What can be done with these nodes together. */
export const offersFor = (nodes: readonly Pick<Node, 'kind'>[]): NodeOffer[] =>
  (offers as readonly NodeOffer[]).filter(
    ({ one, kind }) => nodes.length > 0 && (!one || nodes.length === 1) && (!kind || nodes[0]?.kind === kind),
  );

/** What stands beside the names of nodes: the ids of the person's favourites, and of what is locked. */
export type Marks = { favourites: ReadonlySet<string>; locked: ReadonlySet<string> };

/** Whether an action that goes both ways takes its mark away: all of them have it. */
export const takesAway = (nodes: readonly Pick<Node, 'id'>[], marks: ReadonlySet<string>): boolean =>
  nodes.every(({ id }) => marks.has(id));
