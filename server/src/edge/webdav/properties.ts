import { etagOf } from '../../ibox/dav/conditions.ts';
import type { DeadProperty } from '../../ibox/dav/properties.ts';
import { covers, type DavLock } from '../../ibox/rules/dav.ts';
import { lockDiscoveryXml } from './lock-xml.ts';
import { DAV } from './read-xml.ts';
import { escapeXml, type PropertyAnswer } from './write-xml.ts';

/** What properties are told of. */
export interface Resource {
  name: string;
  kind: 'file' | 'folder';
  size: number;
  sha256: string | null;
  mediaType: string | null;
  mtime: number | null;
  createdAt: number;
  changedAt: number;
  /** Ids from the root of the space down to it. */
  ids: string[];
}

/** What is the same for all resources of an answer. */
export interface Surroundings {
  now: number;
  locks: DavLock[];
  usage: { usedBytes: number; quotaBytes: number | null };
}

export interface PropertyName {
  namespace: string;
  name: string;
}

const supportedLock = ['exclusive', 'shared']
  .map(
    (scope) => `<D:lockentry><D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>`,
  )
  .join('');

/** The live properties, all in DAV: and none to be changed by clients; undefined where a resource does not have it. */
const live: Record<string, (resource: Resource, around: Surroundings) => string | undefined> = {
  creationdate: ({ createdAt }) => new Date(createdAt).toISOString(),
  displayname: ({ name }) => escapeXml(name),
  getcontentlength: ({ kind, size }) => (kind === 'file' ? String(size) : undefined),
  getcontenttype: ({ mediaType }) => (mediaType === null ? undefined : escapeXml(mediaType)),
  getetag: (resource) => etagOf(resource) ?? undefined,
  getlastmodified: (resource) => new Date(lastModified(resource)).toUTCString(),
  resourcetype: ({ kind }) => (kind === 'folder' ? '<D:collection/>' : ''),
  supportedlock: () => supportedLock,
  lockdiscovery: ({ ids }, { locks, now }) =>
    lockDiscoveryXml(
      locks.filter((lock) => covers(lock, ids)),
      now,
    ).replace(/^<D:lockdiscovery>|<\/D:lockdiscovery>$/g, ''),
  'quota-used-bytes': ({ kind }, { usage }) => (kind === 'folder' ? String(usage.usedBytes) : undefined),
  'quota-available-bytes': ({ kind }, { usage: { usedBytes, quotaBytes } }) =>
    kind === 'folder' && quotaBytes !== null ? String(Math.max(0, quotaBytes - usedBytes)) : undefined,
};
/** RFC 4331: told only when they are asked for by name. */
const notInAllprop = new Set(['quota-used-bytes', 'quota-available-bytes']);

/** The time that the author's machine gave the bytes, else the server's. */
export const lastModified = ({ mtime, changedAt }: Pick<Resource, 'mtime' | 'changedAt'>): number => mtime ?? changedAt;

export const isLive = ({ namespace, name }: PropertyName): boolean => namespace === DAV && Object.hasOwn(live, name);

/** An element without content. */
export const emptyXml = ({ namespace, name }: PropertyName): string =>
  namespace === DAV ? `<D:${name}/>` : `<${name} xmlns="${escapeXml(namespace)}"/>`;

/** What a PROPFIND asks for. */
export type Question =
  | { kind: 'names' }
  /** `more`: named besides (RFC 4918 §9.1, `include`). */
  | { kind: 'all'; more: PropertyName[] }
  | { kind: 'some'; wanted: PropertyName[] };

export function answerQuestion(
  question: Question,
  resource: Resource,
  dead: DeadProperty[],
  around: Surroundings,
): PropertyAnswer[] {
  const found = (property: PropertyName): PropertyAnswer => {
    if (isLive(property)) {
      const inner = live[property.name]?.(resource, around);
      if (inner !== undefined) return { status: 200, xml: `<D:${property.name}>${inner}</D:${property.name}>` };
    }
    const kept = dead.find(({ namespace, name }) => namespace === property.namespace && name === property.name);
    return kept ? { status: 200, xml: kept.value } : { status: 404, xml: emptyXml(property) };
  };
  if (question.kind === 'some') return question.wanted.map(found);
  const present = Object.keys(live)
    .map((name) => ({ namespace: DAV, name }))
    .filter(({ name }) => live[name]?.(resource, around) !== undefined);
  if (question.kind === 'names') return [...present, ...dead].map((name) => ({ status: 200, xml: emptyXml(name) }));
  const more = question.more.filter((wanted) => !isLive(wanted) || notInAllprop.has(wanted.name));
  const usual = present.filter(({ name }) => !notInAllprop.has(name)).map(found);
  const kept = dead.map(({ value }) => ({ status: 200, xml: value }));
  const isKept = (wanted: PropertyName) =>
    dead.some(({ namespace, name }) => namespace === wanted.namespace && name === wanted.name);
  return [...usual, ...kept, ...more.filter((wanted) => !isKept(wanted)).map(found)];
}
