import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import path from 'node:path';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { openApiKeys } from './api-keys/api-keys.ts';
import { inProcessBus } from './bus/in-process.ts';
import type { Config } from './config.ts';
import { openDatabase } from './db/database.ts';
import { createGates } from './edge/gates.ts';
import { adminRouter } from './edge/http/admin.ts';
import { createApp } from './edge/http/app.ts';
import { guestOf, guestsRouter } from './edge/http/guests.ts';
import { iboxRouter } from './edge/http/ibox.ts';
import { linksRouter } from './edge/http/ibox-links.ts';
import { authRouter, meRouter } from './edge/http/identity.ts';
import { meetingsRouter } from './edge/http/meetings.ts';
import { fileMeetingsRouter } from './edge/http/message-files.ts';
import { noticesRouter } from './edge/http/notices.ts';
import { openApiRouter } from './edge/http/openapi.ts';
import { publicLinksRouter } from './edge/http/public-links.ts';
import { rateLimit } from './edge/http/rate-limit.ts';
import { roomsRouter } from './edge/http/rooms.ts';
import { behindGates, personGate } from './edge/http/session.ts';
import { termsRouter } from './edge/http/terms.ts';
import { v1Router } from './edge/http/v1.ts';
import { createMetrics } from './edge/metrics.ts';
import { createSockets } from './edge/socket/socket.ts';
import { webdavRouter } from './edge/webdav/webdav.ts';
import { createIbox } from './ibox/ibox.ts';
import { createFirstAdmin } from './identity/accounts.ts';
import { createAuthenticator } from './identity/authenticate.ts';
import type { Identity } from './identity/identity.ts';
import { loginThrottle } from './identity/login-throttle.ts';
import { hashPassword, passwordMatches } from './identity/password.ts';
import { loadSecrets } from './identity/secrets.ts';
import { linkSeal, webhookKey } from './identity/tokens.ts';
import { createMailer } from './mail/mailer.ts';
import { diskStore } from './objects/disk.ts';
import { s3Store } from './objects/s3.ts';
import { createTermsGate } from './terms/gate.ts';
import { publishSampleTerms } from './terms/terms.ts';
import { openMeetings } from './vroom/meetings/meetings.ts';
import { createVroom } from './vroom/vroom.ts';
import { openWebhooks } from './webhooks/webhooks.ts';

/** Where somebody finds what meetings leave them. */
const meetingsFolder = 'V-room';

/** Builds the whole hub by hand; nothing listens yet. */
export async function compose(config: Config, log: Logger, version: string) {
  const now = () => Date.now();
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`;
  const db = await openDatabase(config.database);
  const bus = inProcessBus();
  const objects = config.s3 ? await s3Store(config.s3) : await diskStore(path.join(config.dataDir, 'objects'));

  const identity: Identity = {
    db,
    bus,
    mail: createMailer(config.mail),
    secrets: loadSecrets(config.dataDir),
    throttle: loginThrottle(),
    publicUrl,
    now,
    log: log.child({ room: 'identity' }),
    revokeLinks: (accountId) => links.revokeAllOf(accountId),
  };
  const terms = { db, bus, now };
  const notices = { db, bus, now };
  await publishSampleTerms(terms);
  const firstAdmin = await createFirstAdmin(identity, {
    ...config.admin,
    generate: () => randomBytes(12).toString('base64url'),
  });

  const webhooks = openWebhooks({
    ...{ db, now, log: log.child({ room: 'webhooks' }) },
    secretOf: (webhookId) => webhookKey(identity.secrets, webhookId),
  });
  const ibox = createIbox({
    ...{ db, objects, bus, publicUrl, mail: identity.mail },
    ...{ log: log.child({ room: 'ibox' }), limits: config.limits },
  });
  ibox.keepHouse();
  const apiKeys = openApiKeys({ db, now });
  const vroom = await createVroom({
    files: ibox.shown,
    tell: ({ id, ...fact }) => webhooks.tell(id, fact),
    ...{ db, bus, log: log.child({ room: 'vroom' }), settings: config.media },
    passwords: {
      hash: hashPassword,
      matches: passwordMatches,
      guesses: loginThrottle({ perAddress: 60, perAccount: 10, seconds: 60 }),
    },
    async putFile(accountId, file) {
      const { name } = await ibox.putAmongOwn(accountId, meetingsFolder, file);
      return { folder: meetingsFolder, name };
    },
  });
  const mails = rateLimit({ points: 1000, seconds: 24 * 3600 });
  const meetings = openMeetings({
    ...{ db, bus, publicUrl, now, mail: identity.mail, log: log.child({ room: 'meetings' }) },
    live: { present: vroom.present, end: vroom.emptyRoom },
    spendMails: (accountId, count) => (count === 0 ? Promise.resolve() : mails.take(accountId, count)),
  });
  // A withdrawn sign-in keeps no seat: media goes on without the socket, so closing the socket is not enough.
  bus.subscribe('session:ended', ({ sessionIds }) => {
    for (const sessionId of sessionIds) vroom.remove({ sessionId });
  });
  const links = ibox.openLinks({
    seal: (linkId) => linkSeal(identity.secrets, linkId),
    hashPassword,
    passwordMatches,
    mail: identity.mail,
    publicUrl,
    now,
  });

  const termsGate = createTermsGate(terms);
  const gates = createGates(createAuthenticator(identity), termsGate);
  const person = personGate(gates);
  const secureCookies = publicUrl.startsWith('https:');
  const identityDeps = { identity, gates, terms: termsGate, secureCookies };
  const { maxUploadBytes } = config;
  const app = createApp({
    log,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    webDir: path.resolve(import.meta.dirname, '../../web/dist'),
    info: {
      version,
      operator: {
        name: config.operator.name,
        notice: {
          fr: `© ${new Date().getFullYear()} ${config.operator.name}. Tous droits réservés.`,
          // The name may be in Latin letters: isolated (U+2068, U+2069), it leaves the sentence's direction alone.
          ar: `© ${new Date().getFullYear()} \u2068${config.operator.name}\u2069. جميع الحقوق محفوظة.`,
          en: `© ${new Date().getFullYear()} ${config.operator.name}. All rights reserved.`,
        },
        supportEmail: config.operator.supportEmail,
      },
      maxUploadBytes,
    },
    routers: {
      '/': openApiRouter({ version }),
      '/auth': authRouter(identityDeps),
      '/me': meRouter(identityDeps),
      '/terms': termsRouter({ terms, gates }),
      '/notices': noticesRouter({ notices, gates }),
      '/admin': adminRouter({
        ...{ identity, terms, notices, quotas: ibox.quotas, webhooks, apiKeys, gates, log },
        meetings: vroom.watchRooms,
      }),
      '/rooms': behindGates(gates, roomsRouter({ vroom, shown: ibox.shown }), person),
      '/guests': guestsRouter({
        vroom,
        gates,
        shown: ibox.shown,
        keys: apiKeys,
        terms,
        secrets: identity.secrets,
        secureCookies,
      }),
      '/meetings': behindGates(gates, meetingsRouter({ meetings }), person),
      '/ibox': behindGates(
        gates,
        iboxRouter({
          ...{ ibox, maxUploadBytes, links: linksRouter({ links, person }) },
          meetings: fileMeetingsRouter({ vroom, shown: ibox.shown, person }),
        }),
      ),
      '/v1': v1Router({ keys: apiKeys, db, vroom, meetings, secrets: identity.secrets, publicUrl, log }),
      '/links': publicLinksRouter({
        ...{ links, secureCookies, maxUploadBytes },
        secrets: identity.secrets,
        guesses: loginThrottle(),
      }),
    },
    webdav: webdavRouter({ identity, gates, ibox, publicUrl, maxUploadBytes }),
    ready: async () => {
      await sql`select 1`.execute(db);
    },
    metrics: createMetrics({ clients: () => io.engine.clientsCount, vroom: vroom.stats }),
  });

  const http = createServer(app);
  // A large upload on a slow line takes hours; only the headers have to come soon.
  http.requestTimeout = 0;
  http.headersTimeout = 30_000;
  const io = createSockets({
    http,
    gates,
    bus,
    log,
    publicUrl: config.publicUrl,
    calls: vroom.calls,
    guest: (cookies, roomId) => guestOf(identity.secrets, cookies, roomId),
    disconnected: vroom.disconnected,
  });

  return {
    app,
    http,
    firstAdmin,
    publicUrl,
    /** Takes nothing new, waits for the requests in flight, and ends everything in the order in which it depends on one another. */
    async close() {
      vroom.drain();
      await vroom.close();
      await meetings.close();
      await webhooks.close();
      await io.close();
      await ibox.close();
      await db.destroy();
    },
  };
}
