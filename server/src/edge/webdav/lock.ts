import { HubError } from '@diwan/protocol/errors.ts';
import type { DavLock } from '../../ibox/rules/dav.ts';
import type { Exchange } from './exchange.ts';
import { defaultTimeoutMs, lockDiscoveryXml, readLockInfo, readTimeout } from './lock-xml.ts';
import { depthOf } from './methods.ts';
import { hrefOf } from './paths.ts';
import { readXml } from './read-xml.ts';
import { DavRefusal, sendXml } from './refusal.ts';
import { hrefXml, statusXml } from './write-xml.ts';

/** Takes a lock, or without a body refreshes those in the If header. */
export async function lock(exchange: Exchange): Promise<void> {
  const { req, res, actor, ibox, place, given } = exchange;
  const body = await readXml(req);
  const timeout = readTimeout(req.get('timeout'));
  if (!body) {
    if (!given.lists) throw new HubError('bad_request', 'If: the lock to refresh');
    return sendLocks(exchange, 200, await ibox.dav.refresh(actor, place, timeout, given));
  }
  const depth = depthOf(req);
  if (depth === '1') throw new HubError('bad_request', 'Depth: 0 or infinity');
  const wanted = { ...readLockInfo(body), isDeep: depth === 'infinity', timeout: timeout ?? defaultTimeoutMs };
  try {
    const taken = await ibox.dav.lock(actor, place, wanted, given);
    res.set('Lock-Token', `<${taken.token}>`);
    sendLocks(exchange, place.node ? 200 : 201, [taken]);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'locked') throw error;
    sendConflict(exchange, (error.detail ?? '').split('/').filter(Boolean));
  }
}

function sendLocks({ res }: Exchange, status: number, locks: DavLock[]): void {
  sendXml(res, status, `<D:prop xmlns:D="DAV:">${lockDiscoveryXml(locks, Date.now())}</D:prop>`);
}

/** A lock in the way below the folder that was to be locked is told with its own address (RFC 4918 §9.10.6). */
function sendConflict({ res, place }: Exchange, locked: string[]): void {
  if (locked.length <= place.names.length) {
    const href = hrefXml(hrefOf(locked, false));
    throw new DavRefusal(423, 'locked', `<D:no-conflicting-lock>${href}</D:no-conflicting-lock>`);
  }
  const below = `<D:response>${hrefXml(hrefOf(locked, false))}${statusXml(423)}</D:response>`;
  const asked = `<D:response>${hrefXml(hrefOf(place.names, true))}${statusXml(424)}</D:response>`;
  sendXml(res, 207, `<D:multistatus xmlns:D="DAV:">${below}${asked}</D:multistatus>`);
}

export async function unlock({ req, res, actor, ibox, place }: Exchange): Promise<void> {
  const token = /^\s*<([^<>]+)>\s*$/.exec(req.get('lock-token') ?? '')?.[1];
  if (token === undefined) throw new HubError('bad_request', 'Lock-Token');
  await ibox.dav.unlock(actor, place, token);
  res.status(204).end();
}
