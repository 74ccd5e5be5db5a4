import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Db } from '../../db/database.ts';
import { hashPassword, passwordMatches } from '../../identity/password.ts';
import { loadSecrets } from '../../identity/secrets.ts';
import { linkSeal } from '../../identity/tokens.ts';
import type { Mail } from '../../mail/mailer.ts';
import { defaultLimits } from '../rules/limits.ts';
import { codeOf, inPieces, openTestRoom, testActor, testPerson } from '../test-room.ts';
import type { Links } from './links.ts';

export const hour = 3600_000;
export const day = 24 * hour;
export const password = 'figue de barbarie';
/** Counts no attempt. */
export const everyAttempt = { attempt: async () => {}, succeeded: async () => {} };
export const visitor = (key?: { id: string; generation: number }) => ({
  key,
  visit: randomBytes(16).toString('base64url'),
});
export const allRefused = async (asked: Promise<unknown>[], code: string) =>
  expect(await Promise.all(asked.map(codeOf))).toEqual(asked.map(() => code));
/** Of a file that says `bonjour`. */
export const whole = { offset: 0, length: 7 };

/** For tests: a room where Lina makes links to what is hers, and Karim, a stranger, has an account too. */
export function linksOfLina(openDb: () => Promise<Db>) {
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let links: Links;
  const the = {
    lina: testActor('nobody'),
    karim: testActor('nobody'),
    rootId: '',
    /** The clock of the links. */
    now: Date.now(),
    mails: [] as Mail[],
    mailWorks: true,
    get room() {
      return room;
    },
    get links() {
      return links;
    },
    folder: (name: string, parentId?: string) =>
      room.ibox.createFolder(the.lina, { parentId: parentId ?? the.rootId, name }),
    file: (name: string, bytes = 'bonjour', parentId?: string) => {
      const target = { parentId: parentId ?? the.rootId, name, onConflict: 'refuse' } as const;
      return room.ibox.putFile(the.lina, target, inPieces(Buffer.from(bytes)), {});
    },
    make: async (nodeId: string, input: Partial<Parameters<Links['create']>[2]> = {}) => {
      const link = await links.create(the.lina, nodeId, { kind: 'read', label: '', ...input });
      return { link, token: new URL(link.url).pathname.slice('/l/'.length) };
    },
    /** As it is sent over HTTP. */
    take: async (token: string, who: ReturnType<typeof visitor>, id: string) => {
      const content = await links.openContent(token, who, id);
      let taken = '';
      await content.send(whole, async (bytes) => {
        taken += Buffer.from(bytes).toString();
      });
      return taken;
    },
  };

  beforeAll(async () => {
    const db = await openDb();
    room = await openTestRoom(db, undefined, { ...defaultLimits, quotaBytes: 1_000_000 });
    const secrets = loadSecrets(room.folder);
    links = room.ibox.openLinks({
      seal: (id) => linkSeal(secrets, id),
      hashPassword,
      passwordMatches,
      mail: async (mail) => {
        if (!the.mailWorks) throw new Error('no mail server');
        the.mails.push(mail);
      },
      publicUrl: 'https://hub.example',
      now: () => the.now,
    });
    the.lina = await testPerson(db, 'Lina');
    the.karim = await testPerson(db, 'Karim');
    const [space] = await room.ibox.listSpaces(the.lina);
    the.rootId = space?.rootId as string;
  });
  afterAll(() => room.close());
  return the;
}
