/** WebDAV's locks and conditions (RFC 4918 §6, §7, §10.4), decided without a database. */

export interface DavLock {
  /** urn:uuid:… */
  token: string;
  accountId: string;
  scope: 'exclusive' | 'shared';
  /** Depth: infinity. */
  isDeep: boolean;
  /** What the client said of its owner, as XML. */
  owner: string;
  /** ms that a refresh without a Timeout adds. */
  timeout: number;
  expiresAt: number;
  /** `dav`: a program's, opened by its token; `api`: a person's, open to their account on every way. */
  via: 'dav' | 'api';
  note: string;
  /** Ids from the root of the space down to the locked node, and the names without the root's. */
  ids: string[];
  names: string[];
}

/** The place of a node in its tree: ids from the root down. */
type Ids = readonly string[];

/** Whether the node at that place is under the lock. */
export const covers = (lock: DavLock, ids: Ids): boolean =>
  lock.ids.at(-1) === ids.at(-1) || (lock.isDeep && ids.includes(lock.ids.at(-1) as string));

/** Whether the locked node is the node with this id, or in it. */
export const isWithin = (lock: DavLock, id: string): boolean => lock.ids.includes(id);

/** A person's lock does not stand in the person's own way. */
const isOwn = (lock: DavLock, accountId: string): boolean => lock.via === 'api' && lock.accountId === accountId;

/**
 * The lock that keeps the account from changing the node at that place, if any. Of the tokens of programs' locks that stand on it,
 * one must have been submitted, by the account that took it.
 */
export function lockInTheWay(
  locks: DavLock[],
  ids: Ids,
  accountId: string,
  submitted: ReadonlySet<string>,
): DavLock | undefined {
  const standing = locks.filter((lock) => covers(lock, ids) && !isOwn(lock, accountId));
  const isOpened = standing.some((lock) => lock.accountId === accountId && submitted.has(lock.token));
  return isOpened ? undefined : standing[0];
}

/** The lock that a new one at that place can't stand beside, if any. A program may lock what its person has locked. */
export function conflictingLock(
  locks: DavLock[],
  wanted: { ids: Ids; scope: DavLock['scope']; isDeep: boolean; accountId: string },
): DavLock | undefined {
  return locks.find(
    (lock) =>
      !isOwn(lock, wanted.accountId) &&
      (lock.scope === 'exclusive' || wanted.scope === 'exclusive') &&
      (covers(lock, wanted.ids) || (wanted.isDeep && isWithin(lock, wanted.ids.at(-1) as string))),
  );
}

/** One condition of an If header: a state token or an entity tag that must be there, or must not. */
export type DavCondition = { isNegated: boolean } & ({ token: string } | { etag: string });

/** A list of an If header: all its conditions must hold for its resource, named by path; without one, the request's own. */
export interface ConditionList {
  /** `elsewhere`: on another server, where nothing is known to hold. */
  resource?: string[] | 'elsewhere';
  conditions: DavCondition[];
}

/** What conditions are compared with. */
export interface ResourceState {
  etag: string | undefined;
  /** Of the locks that the resource is under. */
  tokens: ReadonlySet<string>;
}

/** Whether one list holds as a whole. A weak tag matches nothing: the comparison is the strong one. */
export function listHolds(list: ConditionList, state: ResourceState): boolean {
  return list.conditions.every((condition) => {
    const isThere = 'token' in condition ? state.tokens.has(condition.token) : condition.etag === state.etag;
    return isThere !== condition.isNegated;
  });
}

/** If-Match and If-None-Match (RFC 9110 §13.1): tags, or `*` for anything that exists. */
export type Tags = '*' | string[];

/** @param etag of what is there; null for a folder, which has none; undefined when nothing is there */
export function tagsMatch(tags: Tags, etag: string | null | undefined): boolean {
  if (etag === undefined) return false;
  return tags === '*' || (etag !== null && tags.includes(etag));
}
