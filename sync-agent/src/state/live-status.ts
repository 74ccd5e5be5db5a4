import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** Why an agent waits; it goes on by itself, save for `brake` and `signed_out`, which need a person. */
export const Pause = z.object({
  why: z.enum(['offline', 'maintenance', 'cgu_required', 'signed_out', 'root_missing', 'brake', 'disk_full', 'error']),
  detail: z.string().optional(),
  /** Milliseconds since the epoch, where it is known. */
  until: z.number().optional(),
});
export type Pause = z.infer<typeof Pause>;

/** What `status` shows, as the agent last told it. */
export const LiveStatus = z.object({
  pid: z.int(),
  phase: z.enum(['checking', 'transferring', 'synced', 'incomplete', 'paused', 'stopped']),
  pending: z.int(),
  problems: z.array(z.object({ path: z.string(), why: z.string() })),
  pause: Pause.nullable(),
  watchLimited: z.boolean(),
  at: z.number(),
});
export type LiveStatus = z.infer<typeof LiveStatus>;

/** Whole, but not forced to the disk: after a power cut no agent runs that it could tell of, and while one does it is written often. */
export function writeStatus(file: string, status: LiveStatus) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(status)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
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
