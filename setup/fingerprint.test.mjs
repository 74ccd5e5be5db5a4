import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fingerprint } from './fingerprint.mjs';

it('changes with a content or a name, not with the place nor with what is built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diwan-fingerprint-'));
  try {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    mkdirSync(join(here, 'web/src'), { recursive: true });
    writeFileSync(join(here, 'web/src/a.ts'), '1');
    const first = fingerprint(here, ['web']);

    cpSync(here, there, { recursive: true });
    expect(fingerprint(there, ['web'])).toBe(first);
    mkdirSync(join(there, 'web/dist'));
    writeFileSync(join(there, 'web/dist/a.js'), 'built');
    expect(fingerprint(there, ['web'])).toBe(first);

    renameSync(join(there, 'web/src/a.ts'), join(there, 'web/src/b.ts'));
    expect(fingerprint(there, ['web'])).not.toBe(first);
    writeFileSync(join(here, 'web/src/a.ts'), '2');
    expect(fingerprint(here, ['web'])).not.toBe(first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
