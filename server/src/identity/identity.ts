import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import type { Db } from '../db/database.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { Secrets } from './secrets.ts';

/** What the verbs of this room need. */
export interface Identity {
  db: Db;
  bus: Bus;
  mail: Mailer;
  secrets: Secrets;
  throttle: LoginThrottle;
  /** The configured public address; links in mails are built from it, never from a request. */
  publicUrl: string;
  now: () => number;
  log: Logger;
  /** Shuts what lets others at an account's files from outside. */
  revokeLinks: (accountId: string) => Promise<void>;
}

/** Where a call came from, as the edge saw it. */
export interface Origin {
  ip: string;
  userAgent: string;
  /** The secret by which a browser is known again; an agent has none. */
  device?: string;
}
