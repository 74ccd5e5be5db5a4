import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
