import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const worker = join(import.meta.dirname, 'kill-worker.ts');

/** @returns whether all that the lives before had left was sound, and how this one ended */
async function live(folder: string) {
  const child = spawn(process.execPath, [worker, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, err, signal };
}

it('R-41 SIGKILL at 200 points of uploads, commits, deletions, collections and pack rewriting: nothing is lost, nothing is torn', {
  timeout: 900_000,
}, async () => {
  const folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'diwan-kill-'))));
  // Two at a time: most of a life is its start.
  await Promise.all(
    folders.map(async (folder) => {
      for (let point = 0; point < 100; point++) {
        const { out, err, signal } = await live(folder);
        expect([point, out, err, signal]).toEqual([point, 'checked\n', '', 'SIGKILL']);
      }
    }),
  );
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});
