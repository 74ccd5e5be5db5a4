import { HubError } from '@diwan/protocol/errors.ts';
import type { Request } from 'express';
import { etagOf } from '../../ibox/dav/conditions.ts';
import { nodeAt } from '../../ibox/dav/place.ts';
import { bodyOf } from '../http/body.ts';
import { sendContent } from '../http/send-content.ts';
import type { Exchange } from './exchange.ts';
import { destinationOf } from './paths.ts';
import { lastModified } from './properties.ts';
import { DavRefusal } from './refusal.ts';

/** GET and HEAD. A folder has no bytes. */
export async function get({ req, res, actor, ibox, place, given }: Exchange): Promise<void> {
  const node = nodeAt(place);
  if (node.kind === 'folder') throw new DavRefusal(405, 'a folder has no bytes: use PROPFIND');
  // If-None-Match is answered with 304 by what sends the bytes.
  await ibox.dav.require(actor, place, { ...given, ifNoneMatch: undefined });
  const content = await ibox.openContent(actor, node.id);
  res.set('Last-Modified', new Date(lastModified(node)).toUTCString());
  await sendContent(req, res, content, true, etagOf(content) ?? undefined);
}

export async function put({ req, res, actor, ibox, place, endsWithSlash, given, maxUploadBytes }: Exchange) {
  if (req.headers['content-range'] !== undefined) throw new HubError('bad_request', 'Content-Range: send it whole');
  if (place.node?.kind === 'folder' || place.names.length === 0 || endsWithSlash)
    throw new DavRefusal(405, 'a folder takes no bytes');
  if (Number(req.headers['content-length'] ?? 0) > maxUploadBytes)
    throw new HubError('too_large', `more than ${maxUploadBytes} bytes`);
  const mtime = givenTime(req);
  const options = { declaredType: req.headers['content-type'], mtime, maxBytes: maxUploadBytes };
  const node = await ibox.dav.put(actor, place, bodyOf(req), options, given);
  res.set('ETag', etagOf(node) ?? '');
  if (mtime !== undefined) res.set('X-OC-MTime', 'accepted');
  res.status(place.node ? 204 : 201).end();
}

/** The file's own time as rclone and other clients send it, in seconds. */
function givenTime(req: Request): number | undefined {
  const seconds = /^\d{1,11}(\.\d{1,9})?$/.exec(req.get('x-oc-mtime') ?? '')?.[0];
  return seconds === undefined ? undefined : Math.floor(Number(seconds) * 1000);
}

export async function mkcol({ req, res, actor, ibox, place, given }: Exchange): Promise<void> {
  if (hasBody(req)) throw new DavRefusal(415, 'a folder is made without a body');
  if (place.node) throw new DavRefusal(405, 'something of this name is there');
  await ibox.dav.makeFolder(actor, place, given);
  res.status(201).end();
}

const hasBody = (req: Request): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;

export async function remove({ req, res, actor, ibox, place, given }: Exchange): Promise<void> {
  if (nodeAt(place).kind === 'folder' && depthOf(req) !== 'infinity')
    throw new HubError('bad_request', 'Depth: a folder goes with all that is in it');
  await ibox.dav.remove(actor, place, given);
  res.status(204).end();
}

export async function copyOrMove({ req, res, actor, ibox, place, given, hosts }: Exchange): Promise<void> {
  const { names } = destinationOf(req.get('destination'), hosts);
  const depth = depthOf(req);
  const source = nodeAt(place);
  if (depth === '1' || (req.method === 'MOVE' && source.kind === 'folder' && depth !== 'infinity'))
    throw new HubError('bad_request', 'Depth');
  const overwrite = req.get('overwrite')?.trim().toUpperCase() ?? 'T';
  if (overwrite !== 'T' && overwrite !== 'F') throw new HubError('bad_request', 'Overwrite: T or F');

  const to = await ibox.dav.find(actor, names);
  if (names.length === 0) throw new HubError('forbidden', 'the root stays');
  const isOther = to.node !== undefined && to.node.id !== source.id;
  // Another spelling of the same name is a rename; the same spelling is nothing at all.
  if (to.node && !isOther && (req.method === 'COPY' || to.node.name === names.at(-1)))
    throw new HubError('forbidden', 'source and destination are the same');
  if (isOther && overwrite === 'F') throw new HubError('precondition_failed', 'Overwrite');
  if (req.method === 'MOVE') await ibox.dav.move(actor, place, to, given);
  else await ibox.dav.copy(actor, place, to, depth === 'infinity', given);
  res.status(isOther ? 204 : 201).end();
}

/** @throws {HubError} bad_request */
export function depthOf(req: Request): '0' | '1' | 'infinity' {
  const depth = req.get('depth')?.trim().toLowerCase() ?? 'infinity';
  if (depth !== '0' && depth !== '1' && depth !== 'infinity') throw new HubError('bad_request', 'Depth');
  return depth;
}
