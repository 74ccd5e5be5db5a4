import { randomInt } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { DeviceCode, DeviceRequest, Tokens } from '@diwan/protocol/identity.ts';
import type { Actor } from './actor.ts';
import type { Identity, Origin } from './identity.ts';
import { noteSignIn } from './known-devices.ts';
import { openSession } from './sessions.ts';
import { hashToken, oneTimeToken } from './tokens.ts';

const validFor = 10 * 60_000;
/** Without vowels and look-alikes (RFC 8628, section 6.1); 8 letters of 20 are 34 bits, tried at most a few times a minute. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';

function userCode(): string {
  const letters = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** As a person may type it: small letters, no hyphen. */
function asShown(typed: string): string {
  const letters = typed.toUpperCase().replace(/[^A-Z]/g, '');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** RFC 8628: an agent asks to be signed in by a person at a browser. */
export async function startDeviceLogin(room: Identity, machine: string, origin: Origin): Promise<DeviceCode> {
  await room.throttle.attempt(origin.ip);
  const { token, hash } = oneTimeToken();
  const code = userCode();
  await room.db.deleteFrom('deviceCodes').where('expiresAt', '<', room.now()).execute();
  await room.db
    .insertInto('deviceCodes')
    .values({
      deviceCodeHash: hash,
      userCode: code,
      machine,
      ip: origin.ip,
      userAgent: origin.userAgent.slice(0, 500),
      expiresAt: room.now() + validFor,
      accountId: null,
    })
    .execute();
  return {
    deviceCode: token,
    userCode: code,
    verificationUrl: `${room.publicUrl}/device?code=${code}`,
    expiresIn: validFor / 1000,
    interval: 2,
  };
}

/** What the person is about to approve. @throws HubError device_code_invalid, too_many_attempts */
export async function viewDeviceLogin(room: Identity, actor: Actor, code: string): Promise<DeviceRequest> {
  await room.throttle.attempt(actor.accountId, `device:${actor.accountId}`);
  const row = await room.db
    .selectFrom('deviceCodes')
    .select(['machine', 'userCode', 'expiresAt'])
    .where('userCode', '=', asShown(code))
    .where('expiresAt', '>', room.now())
    .where('accountId', 'is', null)
    .executeTakeFirst();
  if (!row) throw new HubError('device_code_invalid');
  return row;
}

/** @throws HubError device_code_invalid, too_many_attempts */
export async function approveDeviceLogin(room: Identity, actor: Actor, code: string): Promise<void> {
  await room.throttle.attempt(actor.accountId, `device:${actor.accountId}`);
  const approved = await room.db
    .updateTable('deviceCodes')
    .set({ accountId: actor.accountId })
    .where('userCode', '=', asShown(code))
    .where('expiresAt', '>', room.now())
    .where('accountId', 'is', null)
    .executeTakeFirst();
  if (approved.numUpdatedRows === 0n) throw new HubError('device_code_invalid');
}

/** The agent's poll: tokens once, when approved. @throws HubError authorization_pending, device_code_invalid */
export async function finishDeviceLogin(room: Identity, deviceCode: string): Promise<Tokens> {
  const hash = hashToken(deviceCode);
  const row = await room.db
    .selectFrom('deviceCodes')
    .selectAll()
    .where('deviceCodeHash', '=', hash)
    .where('expiresAt', '>', room.now())
    .executeTakeFirst();
  if (!row) throw new HubError('device_code_invalid');
  if (row.accountId === null) throw new HubError('authorization_pending');
  const used = await room.db.deleteFrom('deviceCodes').where('deviceCodeHash', '=', hash).executeTakeFirst();
  if (used.numDeletedRows === 0n) throw new HubError('device_code_invalid');
  const origin = { ip: row.ip, userAgent: row.userAgent };
  const tokens = await openSession(room, { accountId: row.accountId, audience: 'agent', label: row.machine, origin });
  await noteSignIn(room, row.accountId, origin);
  return tokens;
}
