import type { Node, Space } from '@diwan/protocol/ibox.ts';
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
  IconUserPlus,
  IconUsersMinus,
} from '@tabler/icons-react';
import { mayWrite, standingOf } from './sharing/standing.ts';

type Offer = {
  action: string;
  icon: typeof IconCopy;
  /** Only of one node, or of one of this kind. */
  one?: true;
  kind?: Node['kind'];
  /** Changes something where the nodes lie. */
  writes?: true;
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
  { action: 'share', icon: IconUserPlus, one: true, bar: true },
  { action: 'rename', icon: IconPencil, one: true, bar: true, writes: true, apart: true, shortcut: 'F2' },
  { action: 'move', icon: IconArrowsMove, bar: true, writes: true },
  { action: 'copy', icon: IconCopy, bar: true },
  { action: 'favourite', icon: IconStar, apart: true },
  { action: 'lock', icon: IconLock, one: true, writes: true },
  { action: 'versions', icon: IconHistory, one: true, kind: 'file' },
  { action: 'details', icon: IconInfoCircle },
  { action: 'leave', icon: IconUsersMinus, one: true, apart: true, danger: true, shortcut: 'Delete' },
  { action: 'delete', icon: IconTrash, bar: true, writes: true, apart: true, danger: true, shortcut: 'Delete' },
] as const satisfies Offer[];

export type NodeAction = (typeof offers)[number]['action'];
export type NodeOffer = Omit<Offer, 'action'> & { action: NodeAction };

/** What can be done with these nodes together, as far as the person's part in their spaces allows it. */
export const offersFor = (nodes: readonly Node[], spaces: readonly Space[]): NodeOffer[] => {
  const [first] = nodes;
  if (first === undefined) return [];
  const writable = nodes.every(({ spaceId }) => mayWrite(spaceId, spaces));
  return (offers as readonly NodeOffer[]).filter(({ action, one, kind, writes }) => {
    if ((one && nodes.length > 1) || (kind && first.kind !== kind) || (writes && !writable)) return false;
    if (action === 'share') return standingOf(first, spaces).role === 'manager';
    // Where a shared folder shows there is nothing to delete: one leaves it, or ends it.
    if (action === 'leave') return first.mount != null;
    return action !== 'delete' || nodes.every(({ mount }) => !mount);
  });
};

/** What an action that is asked for by a key or a gesture comes to; nothing where it may not be. */
export function allowed(action: NodeAction, nodes: readonly Node[], spaces: readonly Space[]): NodeAction | undefined {
  const offered = offersFor(nodes, spaces);
  if (action === 'delete' && offered.some((offer) => offer.action === 'leave')) return 'leave';
  const writes = (offers as readonly NodeOffer[]).some((offer) => offer.action === action && offer.writes);
  return !writes || offered.some((offer) => offer.action === action) ? action : undefined;
}

/** What stands beside the names of nodes: the ids of the person's favourites, and of what is locked. */
export type Marks = { favourites: ReadonlySet<string>; locked: ReadonlySet<string> };

/** Whether an action that goes both ways takes its mark away: all of them have it. */
export const takesAway = (nodes: readonly Pick<Node, 'id'>[], marks: ReadonlySet<string>): boolean =>
  nodes.every(({ id }) => marks.has(id));
