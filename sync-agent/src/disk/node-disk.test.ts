import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeDisk } from './node-disk.ts';

it('R-45 where a folder is a file by now, nothing lies in it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'diwan-disk-'));
  try {
    writeFileSync(join(dir, 'file'), '');
    expect(nodeDisk.look(join(dir, 'file'))?.kind).toBe('file');
    expect(nodeDisk.look(join(dir, 'file/deep/below'))).toBe(undefined);
    expect(nodeDisk.look(join(dir, 'nothing/below'))).toBe(undefined);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

it.skipIf(process.platform === 'win32')(
  'R-45 a pipe that took the place of a file stops nobody who opens it',
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'diwan-disk-'));
    try {
      const path = join(dir, 'pipe');
      execFileSync('mkfifo', [path]);
      const there = nodeDisk.look(path);
      const file = await nodeDisk.open(path, 'read');
      expect([there?.kind, (await file.stat()).ino]).toEqual(['special', there?.stat.ino]);
      await file.close();
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
);

it('R-45 pieces of all lengths are written one behind the other, and read as they were', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'diwan-disk-'));
  try {
    const path = join(dir, 'file');
    const pieces = [1, 100_000, 0, 65_536, 65_537, 7].map((length, n) => Buffer.alloc(length, n + 1));
    const whole = Buffer.concat(pieces);
    const file = await nodeDisk.open(path, 'create');
    for (const piece of pieces.slice(0, 3)) await file.write(piece);
    await file.setMtime(1_234_567_890_123);
    await file.sync();
    await file.close();
    await expect(nodeDisk.open(path, 'create')).rejects.toMatchObject({ code: 'EEXIST' });
    const more = await nodeDisk.open(path, 'append');
    for (const piece of pieces.slice(3)) await more.write(piece);
    await more.close();
    expect(readFileSync(path).equals(whole)).toBe(true);
    const read = await nodeDisk.open(path, 'read');
    const [short, long] = [Buffer.alloc(50), Buffer.alloc(200_000)];
    expect(await read.read(short)).toBe(50);
    expect(await read.read(long)).toBe(200_000);
    expect(Buffer.concat([short, long]).equals(whole.subarray(0, 200_050))).toBe(true);
    expect(await read.read(short, 99_990)).toBe(50);
    expect(short.equals(whole.subarray(99_990, 100_040))).toBe(true);
    await read.close();
  } finally {
    rmSync(dir, { recursive: true });
  }
});
