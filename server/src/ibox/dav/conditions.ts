import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import {
  type ConditionList,
  covers,
  type DavLock,
  isWithin,
  listHolds,
  lockInTheWay,
  type Tags,
  tagsMatch,
} from '../rules/dav.ts';
import { lockedBy } from './locks.ts';
import { findPlace, type Place } from './place.ts';

/** What a request makes its change depend on. */
export interface Conditions {
  /** The If header; at least one list must hold. */
  lists?: ConditionList[] | undefined;
  ifMatch?: Tags | undefined;
  ifNoneMatch?: Tags | undefined;
}

/**
 * The strong tag of a file's bytes; null for a folder. In base64, for clients by the neon library cut an If header after 200
 * characters, and two tags and a lock token must fit.
 */
export const etagOf = (node: { sha256: string | null }): string | null =>
  node.sha256 === null ? null : `"${Buffer.from(node.sha256, 'hex').toString('base64url')}"`;

/** The lock tokens that a request shows it knows. */
export const submittedTokens = ({ lists = [] }: Conditions): Set<string> =>
  new Set(lists.flatMap(({ conditions }) => conditions.flatMap((c) => ('token' in c ? [c.token] : []))));

/** @throws {HubError} precondition_failed */
export async function requireConditions(
  db: Db,
  actor: Actor,
  place: Place,
  locks: DavLock[],
  { lists, ifMatch, ifNoneMatch }: Conditions,
): Promise<void> {
  const etag = place.node && etagOf(place.node);
  if (ifMatch !== undefined && !tagsMatch(ifMatch, etag)) throw new HubError('precondition_failed', 'If-Match');
  if (ifNoneMatch !== undefined && tagsMatch(ifNoneMatch, etag))
    throw new HubError('precondition_failed', 'If-None-Match');
  if (lists === undefined) return;
  for (const list of lists) {
    const named = Array.isArray(list.resource) ? await findPlace(db, actor, list.resource) : place;
    const state =
      list.resource === 'elsewhere' ? { etag: undefined, tokens: new Set<string>() } : stateOf(named, locks);
    if (listHolds(list, state)) return;
  }
  throw new HubError('precondition_failed', 'If');
}

function stateOf({ node, ids }: Place, locks: DavLock[]) {
  // Where nothing is yet, only a lock of all that is in a folder counts: the folder's own is not about it.
  const standing = locks.filter((lock) => covers(lock, ids) && (node !== undefined || lock.isDeep));
  return { etag: (node && etagOf(node)) ?? undefined, tokens: new Set(standing.map(({ token }) => token)) };
}

/**
 * What a change does to a place: only reads it, gives it other bytes or properties, puts something where nothing is, or takes away what is there
 * with all that is in it.
 */
export type Effect = 'read' | 'change' | 'add' | 'remove';

/** @throws {HubError} locked */
export function requireUnlocked(
  locks: DavLock[],
  actor: Actor,
  { node, folder, ids }: Place,
  effect: Effect,
  tokens: ReadonlySet<string>,
): void {
  if (effect === 'read') return;
  const touched: string[][] = [ids];
  if (effect === 'remove' && node) {
    touched.push(...locks.filter((lock) => isWithin(lock, node.id)).map((lock) => lock.ids));
    if (folder) touched.push(ids.slice(0, -1));
  }
  for (const path of touched) {
    const lock = lockInTheWay(locks, path, actor.accountId, tokens);
    if (lock) throw lockedBy(lock);
  }
}
