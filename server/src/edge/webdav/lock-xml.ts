import { HubError } from '@diwan/protocol/errors.ts';
import type { WantedLock } from '../../ibox/dav/locks.ts';
import type { DavLock } from '../../ibox/rules/dav.ts';
import { hrefOf } from './paths.ts';
import { davChild, requireRoot, type XmlElement } from './read-xml.ts';
import { elementXml, escapeXml, hrefXml } from './write-xml.ts';

const longestTimeoutMs = 3600_000;

/** A LOCK body. @throws {HubError} bad_request */
export function readLockInfo(root: XmlElement): Pick<WantedLock, 'scope' | 'owner'> {
  const info = requireRoot(root, 'lockinfo');
  const scopes = davChild(info, 'lockscope');
  const isWrite = davChild(info, 'locktype') && davChild(davChild(info, 'locktype') as XmlElement, 'write');
  const isShared = scopes && davChild(scopes, 'shared') !== undefined;
  const isExclusive = scopes && davChild(scopes, 'exclusive') !== undefined;
  if (!isWrite || isShared === isExclusive) throw new HubError('bad_request', 'not a write lock');
  const owner = davChild(info, 'owner');
  return { scope: isShared ? 'shared' : 'exclusive', owner: owner ? elementXml(owner) : '' };
}

/** The first time that a Timeout header names, in ms and at most an hour; undefined without one. */
export function readTimeout(header: string | undefined): number | undefined {
  for (const wish of header?.split(',') ?? []) {
    const seconds = /^\s*Second-(\d{1,10})\s*$/i.exec(wish)?.[1];
    if (seconds !== undefined) return Math.min(Math.max(Number(seconds), 1) * 1000, longestTimeoutMs);
    if (/^\s*Infinite\s*$/i.test(wish)) return longestTimeoutMs;
  }
  return undefined;
}

export const defaultTimeoutMs = 600_000;

export function activeLockXml(lock: DavLock, now: number): string {
  const seconds = Math.max(0, Math.ceil((lock.expiresAt - now) / 1000));
  return [
    '<D:activelock>',
    `<D:locktype><D:write/></D:locktype><D:lockscope><D:${lock.scope}/></D:lockscope>`,
    `<D:depth>${lock.isDeep ? 'infinity' : '0'}</D:depth>`,
    lock.owner,
    `<D:timeout>Second-${seconds}</D:timeout>`,
    `<D:locktoken><D:href>${escapeXml(lock.token)}</D:href></D:locktoken>`,
    `<D:lockroot>${hrefXml(hrefOf(lock.names, false))}</D:lockroot>`,
    '</D:activelock>',
  ].join('');
}

export const lockDiscoveryXml = (locks: DavLock[], now: number): string =>
  `<D:lockdiscovery>${locks.map((lock) => activeLockXml(lock, now)).join('')}</D:lockdiscovery>`;
