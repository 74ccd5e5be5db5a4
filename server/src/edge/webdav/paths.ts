import { HubError } from '@diwan/protocol/errors.ts';
import { DavRefusal } from './refusal.ts';

export const mount = '/dav';

/**
 * The names in a URL's path as it came, before anything normalises it.
 * @throws {HubError} bad_request for what could lead elsewhere (dot segments, separators, control characters, a fragment); forbidden
 *   for a path that is not below /dav
 */
export function namesOf(path: string): string[] {
  const [bare = ''] = path.split('?', 1);
  if (bare.includes('#')) throw new HubError('bad_request', 'a fragment in the address');
  const below = /^\/dav(\/.*)?$/.exec(bare);
  if (!below) throw new HubError('forbidden', `only what is below ${mount}`);
  return (below[1] ?? '').split('/').filter(Boolean).map(nameOf);
}

function nameOf(segment: string): string {
  const name = decodeURIComponent(segment);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (name === '.' || name === '..' || /[/\\\u0000-\u001f\u007f]/.test(name))
    throw new HubError('bad_request', 'not a name in the address');
  return name;
}

/** The address of names as it stands in XML and headers; that of a folder ends with a slash. */
export const hrefOf = (names: string[], isFolder: boolean): string =>
  [mount, ...names.map(encodeURIComponent)].join('/') + (isFolder ? '/' : '');

/** A Destination header, or a resource in an If header: an absolute path, alone or with our own host before it. */
export interface Reference {
  names: string[];
  endsWithSlash: boolean;
}

/**
 * @param hosts what this server is called
 * @returns undefined for another server's address
 * @throws {HubError} as namesOf
 */
export function referenceOf(address: string, hosts: ReadonlySet<string>): Reference | undefined {
  const [, authority, path] = /^(?:https?:\/\/([^/]*))?(\/.*)$/i.exec(address.trim()) ?? [];
  if (path === undefined) throw new HubError('bad_request', 'not an address');
  if (authority !== undefined && !hosts.has(authority.toLowerCase())) return undefined;
  return { names: namesOf(path), endsWithSlash: path.endsWith('/') };
}

/** @throws {DavRefusal} 502 for another server (RFC 4918 §9.8.5) */
export function destinationOf(header: string | undefined, hosts: ReadonlySet<string>): Reference {
  if (header === undefined) throw new HubError('bad_request', 'Destination is missing');
  const reference = referenceOf(header, hosts);
  if (!reference) throw new DavRefusal(502, 'the destination is on another server');
  return reference;
}
