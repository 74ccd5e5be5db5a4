import { HubError } from '@diwan/protocol/errors.ts';
import type { ConditionList, DavCondition, Tags } from '../../ibox/rules/dav.ts';

/**
 * Reads an If header (RFC 4918 §10.4): lists of state tokens and entity tags, each for the resource named before it.
 * @param resourceOf reads the address of a resource
 * @throws {HubError} bad_request
 */
export function parseIf(
  header: string,
  resourceOf: (address: string) => NonNullable<ConditionList['resource']>,
): ConditionList[] {
  const lists: ConditionList[] = [];
  let resource: ConditionList['resource'];
  let open: DavCondition[] | undefined;
  let isNegated = false;
  const wrong = () => new HubError('bad_request', 'If: not a list of conditions');

  function add(condition: { token: string } | { etag: string }): void {
    open?.push({ isNegated, ...condition });
    isNegated = false;
  }
  for (const [piece] of pieces(header)) {
    if (/^\s+$/.test(piece)) continue;
    if (piece === '(') {
      if (open) throw wrong();
      open = [];
    } else if (piece === ')') {
      if (!open || open.length === 0 || isNegated) throw wrong();
      lists.push(resource === undefined ? { conditions: open } : { resource, conditions: open });
      open = undefined;
    } else if (/^not$/i.test(piece)) {
      if (!open || isNegated) throw wrong();
      isNegated = true;
    } else if (piece.startsWith('<')) {
      const inner = piece.slice(1, -1);
      if (open) add({ token: inner });
      else resource = resourceOf(inner);
    } else if (piece.startsWith('[') && open) {
      add({ etag: piece.slice(1, -1).trim() });
    } else throw wrong();
  }
  if (open || lists.length === 0) throw wrong();
  return lists;
}

/** What does not match any other form is a piece of its own, one character long. */
const pieces = (header: string) => header.matchAll(/\s+|<[^<>]*>|\[(?:W\/)?"[^"]*"\]|\bNot\b|./gis);

/** If-Match or If-None-Match: strong tags, or `*`. Weak tags are left out, for they match nothing strongly. */
export function parseTags(header: string | undefined): Tags | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  return header
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag.startsWith('"'));
}
