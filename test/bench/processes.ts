import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, setPriority } from 'node:os';
import { program } from '../services/available.ts';

/** What a process used so far, from /proc: ticks are hundredths of a second on every Linux that Node runs on. */
export function usedBy(pid: number): { seconds: number; mib: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, mib: Number(rss) / 1024 };
}

/** The processes that this one started and that still run. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/**
 * Binds all threads of a process, and those they will start, to one core, or to none in particular.
 * @returns whether that was possible
 */
export function pin(pid: number, core: number | undefined): boolean {
  const taskset = program('taskset');
  if (!taskset || (core ?? 0) >= cpus().length) return false;
  const cores = core === undefined ? `0-${cpus().length - 1}` : String(core);
  // A thread that ends meanwhile makes it complain, after it has done the others.
  spawnSync(taskset, ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
  return true;
}

/** Lets a process go before what else the machine does, where this user may; the threads it starts later too. @param nice -20 to 19 */
export function prefer(pid: number, nice: number): boolean {
  try {
    setPriority(pid, nice);
    return true;
  } catch {
    return false;
  }
}
