import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubError } from '@diwan/protocol/errors.ts';
import { pino } from 'pino';
import { inProcessBus } from '../bus/in-process.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';
import { createMailer } from '../mail/mailer.ts';
import { diskStore } from '../objects/disk.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { createIbox } from './ibox.ts';
import { defaultLimits, type Limits } from './rules/limits.ts';

/** For tests: an Ibox on a real database and a disk store in a folder of its own. */
export async function openTestRoom(db: Db, useObjects?: ObjectStore, limits: Limits = defaultLimits) {
  const folder = await mkdtemp(join(tmpdir(), 'diwan-ibox-'));
  const objects = useObjects ?? (await diskStore(folder));
  const bus = inProcessBus();
  const mail = createMailer({ smtpUrl: undefined, from: 'diwan@diwan.test', folder: join(folder, 'mail') });
  const log = pino({ level: 'silent' });
  const ibox = createIbox({ db, objects, bus, log, mail, publicUrl: 'https://diwan.test', limits });
  return {
    db,
    objects,
    folder,
    bus,
    ibox,
    async close() {
      await ibox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A person, as the gates know them. */
export const testActor = (name: string): Actor => ({
  accountId: `account-${name}`,
  sessionId: 'session',
  audience: 'web',
  email: `${name.toLowerCase()}@diwan.test`,
  name,
  role: 'client',
  language: 'fr',
});

/** A person with an account. */
export async function testPerson(db: Db, name: string): Promise<Actor> {
  const actor = testActor(name);
  const { accountId: id, email, role, language } = actor;
  await db
    .insertInto('accounts')
    .values({ id, email, name, role, language, status: 'active', passwordHash: null, createdAt: 1, lastLoginAt: null })
    .execute();
  return actor;
}

/** Bytes as they come from a network, in pieces. */
export async function* inPieces(bytes: Uint8Array, length = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source));
}

/** How a call ended: `ok`, or the code of the refusal. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error) => (error instanceof HubError ? error.code : String(error)),
  );
