import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Turn } from './scheduler.ts';

/** What a simulated machine has instead of the process's own clock and timers. */
export interface Machine {
  now(): number;
  sleep: Turn['sleep'];
}

const here = new AsyncLocalStorage<Machine | undefined>();

/** Runs it as that machine does, by its clock; undefined: as the hub does. */
export const onMachine = <T>(machine: Machine | undefined, work: () => T): T => here.run(machine, work);

/** Time, chance and threads of the whole process as the seed gives them; code that runs on a machine gets that machine's. */
export function seedProcess(random: () => number, now: () => number): () => void {
  const saved = { now: Date.now, random: Math.random, setTimeout, clearTimeout };
  const { randomUUID } = crypto;
  const { setTimeout: sleep } = timers;
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  Date.now = () => here.getStore()?.now() ?? now();
  // It never jumps, as a clock that people set may.
  performance.now = now;
  Math.random = random;
  crypto.randomUUID = () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  timers.setTimeout = ((ms?: number, value?: unknown, options?: object) => {
    const machine = here.getStore();
    return machine ? machine.sleep(ms ?? 0).then(() => value) : sleep(ms, value, options);
  }) as typeof sleep;
  // Timers with a callback, too; one that was cleared is waited for and does nothing.
  const cleared = new WeakSet<object>();
  const onTime = (work: () => void, ms = 0) => {
    const machine = here.getStore();
    if (!machine) return saved.setTimeout(work, ms);
    const timer = { unref: () => timer, ref: () => timer };
    void machine.sleep(ms).then(() => cleared.has(timer) || work());
    return timer;
  };
  globalThis.setTimeout = onTime as typeof setTimeout;
  globalThis.clearTimeout = ((timer) => {
    if (typeof timer === 'object' && timer) cleared.add(timer);
    saved.clearTimeout(timer);
  }) as typeof clearTimeout;
  // Elsewhere it hashes in a thread, and is ready when it is.
  crypto.webcrypto.subtle.digest = async (_name, bytes) => {
    const { buffer } = Uint8Array.from(
      crypto
        .createHash('sha256')
        .update(new Uint8Array(bytes as ArrayBuffer))
        .digest(),
    );
    return buffer;
  };
  syncBuiltinESMExports();
  return () => {
    Date.now = saved.now;
    Math.random = saved.random;
    Reflect.deleteProperty(performance, 'now');
    Object.assign(globalThis, { setTimeout: saved.setTimeout, clearTimeout: saved.clearTimeout });
    crypto.randomUUID = randomUUID;
    Reflect.deleteProperty(crypto.webcrypto.subtle, 'digest');
    timers.setTimeout = sleep;
    syncBuiltinESMExports();
  };
}
