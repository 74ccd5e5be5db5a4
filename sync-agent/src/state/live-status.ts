import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { reached } from '../failpoints.ts';

/** Why an agent waits; it goes on by itself, save for `brake`, `signed_out` and `person`, which need a person. */
export const Pause = z.object({
  why: z.enum([
    ...['person', 'offline', 'maintenance', 'cgu_required', 'signed_out', 'root_missing', 'root_gone', 'brake'],
    ...['disk_full', 'busy', 'error'],
  ] as const),
  detail: z.string().optional(),
  /** Milliseconds since the epoch, where it is known. */
  until: z.number().optional(),
});
export type Pause = z.infer<typeof Pause>;

/** Bytes and files to bring over in this plan, both ways; speeds are of contents, in bytes a second. */
export const Transfer = z.object({
  files: z.int(),
  filesDone: z.int(),
  bytes: z.number(),
  bytesDone: z.number(),
  up: z.number(),
  down: z.number(),
});
export type Transfer = z.infer<typeof Transfer>;

export const Problem = z.object({ path: z.string(), why: z.string() });

/** What `status` shows, as the agent last told it. */
export const LiveStatus = z.object({
  pid: z.int(),
  phase: z.enum(['checking', 'transferring', 'synced', 'incomplete', 'paused', 'stopped']),
  pending: z.int(),
  transfer: Transfer.nullable(),
  problems: z.array(Problem),
  pause: Pause.nullable(),
  watchLimited: z.boolean(),
  /** How many files and folders here are ignored, without what is in them. */
  ignored: z.int().optional(),
  at: z.number(),
});
export type LiveStatus = z.infer<typeof LiveStatus>;

/** A new agent, looking for the first time. */
export const firstStatus = (): LiveStatus => ({
  pid: process.pid,
  phase: 'checking',
  pending: 0,
  transfer: null,
  problems: [],
  pause: null,
  watchLimited: false,
  at: Date.now(),
});

/** Whole, but not forced to disk: after a crash it would be out of date anyway. A full disk is no reason to end: the pass itself tells. */
export function writeStatus(file: string, status: LiveStatus) {
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(status)}\n`, { mode: 0o600 });
    reached('status.written');
    renameSync(`${file}.new`, file);
  } catch {}
}

/** undefined when no agent ever ran. */
export function readStatus(file: string): LiveStatus | undefined {
  try {
    return LiveStatus.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return;
  }
}

/** Whether the agent that wrote the status still runs. */
export function isRunning({ pid, phase }: LiveStatus): boolean {
  if (phase === 'stopped') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
