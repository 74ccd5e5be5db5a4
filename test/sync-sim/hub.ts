import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, type OutgoingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { HubError } from '@diwan/protocol/errors.ts';
import { Changes, type Node, type Space } from '@diwan/protocol/ibox.ts';
import { Router } from 'express';
import { CamelCasePlugin, Kysely, sql } from 'kysely';
import { pino } from 'pino';
import { inProcessBus } from '../../server/src/bus/in-process.ts';
import { openDatabase } from '../../server/src/db/database.ts';
import { sqliteDialect } from '../../server/src/db/sqlite.ts';
import type { Tables } from '../../server/src/db/tables.ts';
import { createApp } from '../../server/src/edge/http/app.ts';
import { iboxRouter } from '../../server/src/edge/http/ibox.ts';
import { createIbox } from '../../server/src/ibox/ibox.ts';
import { testPerson } from '../../server/src/ibox/test-room.ts';
import { renewEpochs } from '../../server/src/ibox/tree/renew-epochs.ts';
import type { Actor } from '../../server/src/identity/actor.ts';
import { createMailer } from '../../server/src/mail/mailer.ts';
import type { ObjectStore } from '../../server/src/objects/object-store.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}
export interface Asked {
  method: string;
  path: string;
  headers: OutgoingHttpHeaders;
  body?: Uint8Array | undefined;
}
export type Hub = Awaited<ReturnType<typeof openHub>>;

const folder = mkdtempSync(join(tmpdir(), 'diwan-sync-sim-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let template: Promise<string> | undefined;
let hubs = 0;

/** An empty hub's database, made once. */
async function emptyDatabase(): Promise<string> {
  const file = join(folder, 'empty.db');
  const db = await openDatabase(file);
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
  await db.destroy();
  return file;
}

async function connect(file: string) {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(file), plugins: [new CamelCasePlugin()] });
  // Power is cut at machines, not at the hub; its own tests do that.
  await sql`pragma synchronous = off`.execute(db);
  return db;
}

function memoryStore(): ObjectStore {
  return {
    longRead: 2 * 1024 * 1024,
    put: async (key, pieces) => void now.objects.set(key, Buffer.concat(pieces)),
    async get(key, { offset, length }, into) {
      const bytes = now.objects.get(key)?.subarray(offset, offset + length);
      if (bytes?.length !== length) throw new HubError('content_corrupt');
      into?.set(bytes);
      return into ?? Uint8Array.from(bytes);
    },
    head: async (key) => now.objects.get(key)?.length,
    delete: async (key) => void now.objects.delete(key),
    async *list(prefix) {
      for (const key of now.objects.keys()) if (key.startsWith(prefix)) yield key;
    },
  };
}

const invitation = (role: 'reader' | 'writer') => ({ people: [{ email: 'bilal@diwan.test', role }], message: '' });

/** What the hub works on now: another database for each storm, and after each restore. */
const now: { db?: Kysely<Tables>; objects: Map<string, Buffer>; people: Map<string, Actor> } = {
  objects: new Map(),
  people: new Map(),
};

/** The hub's own code for files, from its HTTP routes to its database; no socket, and persons who are signed in. */
function openHouse() {
  const db = new Proxy({} as Kysely<Tables>, {
    get(_target, name) {
      const value = Reflect.get(now.db as object, name);
      return typeof value === 'function' ? value.bind(now.db) : value;
    },
  });
  const log = pino({ level: 'silent' });
  const mail = createMailer({ smtpUrl: undefined, from: 'diwan@diwan.test', folder: join(folder, 'mail') });
  const publicUrl = 'http://hub.test';
  const ibox = createIbox({ db, objects: memoryStore(), bus: inProcessBus(), log, mail, publicUrl });
  const router = Router();
  router.use((req, _res, next) => {
    const actor = now.people.get(req.headers.authorization ?? '');
    if (!actor) throw new HubError('unauthenticated');
    req.actor = actor;
    next();
  });
  router.use(iboxRouter({ ibox, maxUploadBytes: 1e9 }));
  const operator = { name: 'Diwan', notice: { fr: '', ar: '', en: '' }, supportEmail: 'help@diwan.test' };
  const app = createApp({
    ...{ log, publicUrl, trustProxy: 0, webDir: '/nonexistent', webdav: Router() },
    info: { version: '0', operator, maxUploadBytes: 1e9 },
    routers: { '/ibox': router },
    ready: async () => {},
    metrics: async () => '',
  });
  const server = createServer(app);
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = (() => {
    const [here, there] = duplexPair();
    server.emit('connection', there);
    return Object.assign(here, { setKeepAlive() {}, setNoDelay() {}, setTimeout() {}, ref() {}, unref() {} });
  }) as never;
  return { ibox, agent };
}
let house: ReturnType<typeof openHouse> | undefined;

/** Ends the threads that all storms share. */
export async function closeHubs(): Promise<void> {
  house?.agent.destroy();
  await house?.ibox.close();
  house = undefined;
}

/** A hub with nothing in it yet. One at a time. @param isShared what is synchronised is a folder that Amina shares with Bilal */
export async function openHub(isShared = false) {
  template ??= emptyDatabase();
  const base = join(folder, `${++hubs}`);
  let generation = 0;
  let backups = 0;
  const fileOf = () => `${base}-${generation}.db`;
  copyFileSync(await template, fileOf());
  let db = await connect(fileOf());
  house ??= openHouse();
  const { ibox, agent } = house;
  Object.assign(now, { db, objects: new Map() });
  const amina = await testPerson(db, 'amina');
  const bilal = await testPerson(db, 'bilal');
  now.people = new Map([
    ['Bearer amina', amina],
    ['Bearer bilal', bilal],
  ]);
  const space = isShared ? await share() : ((await ibox.listSpaces(amina)) as [Space])[0];

  /** A folder of Amina's, shared with Bilal. */
  async function share() {
    const own = ((await ibox.listSpaces(amina)) as [Space])[0];
    const folder = await ibox.createFolder(amina, { parentId: own.rootId, name: 'docs' });
    const { spaceId: id, rootId } = await ibox.shares.shareFolder(amina, folder.id, invitation('writer'));
    await accept();
    return { id, rootId };
  }
  async function accept() {
    for (const { id } of await ibox.shares.listInvitations(bilal)) await ibox.shares.acceptInvitation(bilal, id);
  }

  /** One request, from its first byte to the last of the answer. */
  const ask = ({ method, path, headers, body }: Asked): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const length = body ? { 'Content-Length': body.length } : {};
      const asking = request(
        { agent, method, path, headers: { ...headers, ...length, Host: 'hub.test' } },
        (answer) => {
          const pieces: Buffer[] = [];
          answer.on('data', (piece: Buffer) => pieces.push(piece));
          answer.on('error', reject);
          answer.on('end', () => {
            const told: Record<string, string> = {};
            for (const [name, value] of Object.entries(answer.headers)) told[name] = String(value);
            resolve({ status: answer.statusCode ?? 0, headers: told, body: Buffer.concat(pieces) });
          });
        },
      );
      asking.on('error', reject);
      asking.end(body);
    });

  /** The line is cut when half of the request is over. */
  async function askHalf({ method, path, headers, body = new Uint8Array() }: Asked): Promise<void> {
    const whole = { ...headers, 'Content-Length': body.length, Host: 'hub.test' };
    const asking = request({ agent, method, path, headers: whole });
    asking.on('error', () => {});
    const ended = new Promise((end) => asking.on('close', end));
    await new Promise<void>((sent) => void asking.write(body.subarray(0, body.length >> 1), () => sent()));
    asking.destroy();
    await ended;
  }

  async function tree(): Promise<Node[]> {
    const nodes: Node[] = [];
    for (let since = 0; ; ) {
      const path = `/api/ibox/spaces/${space.id}/changes?since=${since}&limit=5000`;
      const answer = await ask({ method: 'GET', path, headers: { Authorization: 'Bearer amina' } });
      const page = Changes.parse(JSON.parse(answer.body.toString()));
      nodes.push(...page.nodes.filter(({ deleted }) => !deleted));
      since = page.seq;
      if (!page.more) return nodes;
    }
  }

  return {
    space,
    ask,
    askHalf,
    tree,
    /** What Bilal may do in the shared space; undefined: he is none of its members. */
    async letBilal(role: 'reader' | 'writer' | undefined): Promise<void> {
      const { members } = await ibox.shares.readSharing(amina, space.id);
      const isMember = members.some(({ accountId }) => accountId === bilal.accountId);
      if (role === undefined && isMember) await ibox.shares.removeMember(amina, space.id, bilal.accountId);
      else if (role !== undefined && isMember) await ibox.shares.setRole(amina, space.id, bilal.accountId, role);
      else if (role !== undefined) {
        await ibox.shares.shareFolder(amina, space.rootId, invitation(role));
        await accept();
      }
    },
    /** SHA-256 of the files that are live, and of those in the trash only. */
    async contents(): Promise<{ live: Set<string>; trashed: Set<string> }> {
      const nodes = db.selectFrom('nodes').where('sha256', 'is not', null).select(['sha256', 'deletedWith']);
      const [live, trashed] = [new Set<string>(), new Set<string>()];
      for (const { sha256, deletedWith } of await nodes.execute())
        (deletedWith === null ? live : trashed).add(String(sha256));
      return { live, trashed: trashed.difference(live) };
    },
    /** SHA-256 of everything a person can have back: live, an older version, or in the trash. */
    async recoverable(): Promise<Set<string>> {
      const rows = await db
        .selectFrom('versions')
        .innerJoin('nodes', 'nodes.id', 'versions.nodeId')
        .innerJoin('contents', 'contents.id', 'versions.contentId')
        .where('nodes.purgedAt', 'is', null)
        .select('contents.sha256')
        .execute();
      return new Set(rows.flatMap(({ sha256 }) => sha256 ?? []));
    },
    /** The database as it is now, to be restored later. */
    async backup(): Promise<string> {
      const file = `${base}-backup-${++backups}.db`;
      await sql`vacuum into ${sql.lit(file)}`.execute(db);
      return file;
    },
    /** An operator puts the backup in the database's place, and says so: `npm run ibox:restored`. */
    async restore(file: string): Promise<void> {
      await db.destroy();
      generation++;
      copyFileSync(file, fileOf());
      db = await connect(fileOf());
      now.db = db;
      await renewEpochs(db);
    },
    async close() {
      await db.destroy();
      for (const end of ['', '-wal', '-shm'])
        for (let n = 0; n <= generation; n++) rmSync(`${base}-${n}.db${end}`, { force: true });
    },
  };
}
