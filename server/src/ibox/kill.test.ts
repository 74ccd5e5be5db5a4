import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openDatabase } from '../db/database.ts';
import { diskStore } from '../objects/disk.ts';
import { orphanAgeMs } from './chunks/collect.ts';
import { bytesOf, openTestRoom, testPerson } from './test-room.ts';

const uploader = join(import.meta.dirname, 'test-uploader.ts');

it('R-41 SIGKILL in the middle of uploads loses nothing that was answered for, and shows nothing that is not whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'diwan-kill-'));
  const answered = new Map<string, string>();
  const open = async () => {
    const db = await openDatabase(join(folder, 'hub.sqlite'));
    return openTestRoom(db, await diskStore(join(folder, 'objects')));
  };
  const first = await open();
  const actor = await testPerson(first.db, 'amina');
  const rootId = (await first.ibox.listSpaces(actor))[0]?.rootId as string;
  await first.close();
  await first.db.destroy();

  for (let run = 0; run < 5; run++) {
    const child = spawn(process.execPath, [uploader, folder, `run${run}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [name = '', hash = ''] = line.split(' ');
      answered.set(name, hash);
      // Somewhere in the middle of what follows; what is in the pipe by then was answered for, too.
      if (++lines === 4) void sleep(Math.random() * 150).then(() => child.kill('SIGKILL'));
    }
    await ended;

    const room = await open();
    const { nodes } = await room.ibox.listChildren(actor, rootId, { limit: 1000 });
    const stored = new Map<string, string>();
    for (const node of nodes) {
      const content = await room.ibox.openContent(actor, node.id);
      const hash = createHash('sha256').update(await bytesOf(content.read({ offset: 0, length: content.size })));
      stored.set(node.name, hash.digest('hex'));
      expect(stored.get(node.name)).toBe(node.sha256);
    }
    for (const [name, hash] of answered) expect([name, stored.get(name)]).toEqual([name, hash]);
    if (run === 4) {
      await room.ibox.collectOrphans(Date.now() + orphanAgeMs + 60_000);
      for (const node of nodes) {
        const content = await room.ibox.openContent(actor, node.id);
        await bytesOf(content.read({ offset: 0, length: content.size }));
      }
      const objects = await Array.fromAsync(room.objects.list('packs/'));
      const packs = await room.db.selectFrom('packs').select('id').execute();
      expect(objects.length).toBe(packs.length);
    }
    await room.close();
    await room.db.destroy();
  }
  expect(answered.size).toBeGreaterThanOrEqual(20);
  await rm(folder, { recursive: true, force: true });
});
