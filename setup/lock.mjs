import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { say } from './say.mjs';

const BEAT_MS = 5_000;
const STALE_MS = 60_000;

/**
 * Runs `work` while no other set-up holds the same lock file; waits for its turn. A lock whose holder died is taken over.
 * @template T
 * @param {string} file
 * @param {string} what named to the person who waits
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, what, work) {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file); told = true) {
    if (!told) say(`another set-up is busy with ${what}: waiting for it`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const release = () => rmSync(file, { force: true });
  const leave = () => process.exit(130);
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), BEAT_MS);
  process.once('exit', release);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, leave);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    release();
    process.off('exit', release);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, leave);
  }
}

function take(file) {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isDead(file)) discard(file);
    return false;
  }
}

function isDead(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > STALE_MS) return true;
    const { pid, host } = JSON.parse(readFileSync(file, 'utf8'));
    if (host !== hostname()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

// Renamed before it is removed: of several waiting processes only one gets it, and gives it back if it was a new one.
function discard(file) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (!isDead(aside)) linkSync(aside, file);
    rmSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
