import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RemoteNode } from '../plan/tree.ts';
import { openPairState } from './pair-state.ts';

const node = (key: string, parent: string | null): RemoteNode => ({
  ...{ key, parent, name: key, kind: 'file', sha256: 'a', seq: 2, version: 1, size: 1, mtime: 0, executable: false },
});

it('R-45 what could not be committed is forgotten in memory too: the changes are asked for again', () => {
  const dir = mkdtempSync(join(tmpdir(), 'diwan-state-'));
  const state = openPairState(join(dir, 'x.db'));
  try {
    state.advance({ epoch: 'e', seq: 1 }, [node('root', null)], [], [], true);
    state.takeTouched();
    expect(() =>
      state.together(() => {
        const mount = { key: 'm', parent: 'root', name: 'm', root: 'r' };
        state.advance({ epoch: 'e', seq: 2 }, [node('new', 'root')], [], [mount], false);
        state.send([{ key: 'new', parent: 'root', name: 'new', sha256: 'a', stat: null as never }]);
        expect(state.remote.get('new')?.parent).toBe('root');
        throw new Error('database or disk is full');
      }),
    ).toThrow('database or disk is full');
    expect(state.cursor).toEqual({ epoch: 'e', seq: 1 });
    expect([...state.remote.keys()]).toEqual(['root']);
    expect(state.remote.get('new')).toBe(undefined);
    expect(state.shared).toEqual([]);
    expect(state.takeTouched()).toBe('all');
    state.claimSent();
    expect([...state.base.keys()]).toEqual([]);
  } finally {
    state.close();
    rmSync(dir, { recursive: true });
  }
});
