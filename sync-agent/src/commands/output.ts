import { Notice } from '@diwan/protocol/notices.ts';
import { z } from 'zod';
import { LiveStatus, Pause, Problem, Transfer } from '../state/live-status.ts';
import { LogEntry } from '../state/pair-log.ts';

// What `--json` prints: one of these a line. Times are ms since the epoch, sizes bytes, speeds bytes a second.

const event = <E extends string, S extends z.ZodRawShape>(name: E, shape: S) =>
  z.strictObject({ event: z.literal(name), ...shape });
const folder = z.string();
const Mode = z.enum(['two-way', 'upload-only', 'download-only']);
const Conflict = z.object({ at: z.number(), path: z.string(), copy: z.string() });

export const PairStatus = event('status', {
  pair: z.string(),
  folder,
  account: z.string(),
  hub: z.string(),
  running: z.boolean(),
  phase: LiveStatus.shape.phase,
  lastSync: z.number().nullable(),
  files: z.int(),
  pending: z.int(),
  transfer: Transfer.nullable(),
  pause: Pause.nullable(),
  problems: z.array(Problem),
  conflicts: z.array(Conflict),
  watchLimited: z.boolean(),
  ignored: z.int(),
});
export type PairStatus = z.infer<typeof PairStatus>;

export const checks = [
  ...(['node', 'home', 'proxy', 'hub', 'clock', 'account', 'root', 'rights', 'space', 'state', 'watches'] as const),
  'agent',
] as const;
export const Check = event('check', {
  check: z.enum(checks),
  /** The folder, hub or account that was looked at. */
  of: z.string(),
  result: z.enum(['good', 'warning', 'bad']),
  found: z.string(),
  /** What a person can do about it. */
  remedy: z.string().nullable(),
});
export type Check = z.infer<typeof Check>;

export const Output = z.discriminatedUnion('event', [
  event('code', { verificationUrl: z.string(), userCode: z.string(), expiresIn: z.number() }),
  event('signed_in', { email: z.string(), hub: z.string() }),
  event('signed_out', { email: z.string(), hub: z.string(), told: z.boolean() }),
  event('added', { id: z.string(), folder }),
  event('removed', { id: z.string(), folder }),
  event('kept', {}),
  event('folder', { folder, id: z.string(), path: z.string(), excluded: z.boolean() }),
  event('mode', { folder, mode: Mode }),
  event('waiting', {}),
  event('running', { folder }),
  event('left', { folder }),
  event('stopped', {}),
  event('synced', { folder, done: z.int(), synced: z.boolean().optional(), problems: z.array(Problem).optional() }),
  event('incomplete', {
    folder,
    done: z.int().optional(),
    synced: z.boolean().optional(),
    problems: z.array(Problem),
  }),
  event('conflict', { folder, path: z.string(), copy: z.string() }),
  event('paused', { folder, pause: Pause }),
  event('resumed', { folder }),
  event('watch_limited', { folder, detail: z.string() }),
  event('watch_overflowed', { folder }),
  event('notice', { notice: Notice }),
  PairStatus,
  event('held', { folder, until: z.number().nullable() }),
  event('released', { folder }),
  event('conflict_copy', { folder, ...Conflict.shape }),
  event('settled', { copies: z.int() }),
  event('log', { folder, ...LogEntry.shape }),
  Check,
  event('limits', {
    up: z.number().nullable(),
    down: z.number().nullable(),
    /** Settings of the environment that win over what was saved. */
    environment: z.array(z.enum(['DIWAN_SYNC_UP', 'DIWAN_SYNC_DOWN'])),
  }),
  event('service', { unit: z.string(), installed: z.boolean(), state: z.string() }),
  event('page', { url: z.string() }),
  event('error', { code: z.int(), message: z.string() }),
]);
export type Output = z.infer<typeof Output>;
