import type { Space } from '@diwan/protocol/ibox.ts';
import { describe, expect, it } from 'vitest';
import { mayWrite, standingOf } from './standing.ts';

const about = { epoch: 'e', seq: 1, usedBytes: 0 };
const personal: Space = {
  ...{ ...about, id: 'p', kind: 'personal', name: 'Lina', rootId: 'home' },
  ...{ role: 'manager', owner: 'Lina', isOwner: true, mountId: null },
};
const shared: Space = {
  ...{ ...about, id: 's', kind: 'shared', name: 'Contrats', rootId: 'top' },
  ...{ role: 'reader', owner: 'Amina', isOwner: false, mountId: 'door' },
};
const spaces = [personal, shared];
const node = { kind: 'folder', name: 'x' } as const;

describe('where a node stands as to sharing', () => {
  it('R-43 tells a shared folder, by its door and by itself, from what is in it and from what is one’s own', () => {
    const mount = { spaceId: 's', rootId: 'top' };
    expect(standingOf({ ...node, id: 'door', spaceId: 'p', mount }, spaces)).toMatchObject({
      as: 'shared',
      space: shared,
    });
    expect(standingOf({ ...node, id: 'top', spaceId: 's' }, spaces)).toMatchObject({ as: 'shared', role: 'reader' });
    expect(standingOf({ ...node, id: 'in', spaceId: 's' }, spaces)).toMatchObject({ as: 'within', space: shared });
    expect(standingOf({ ...node, id: 'a', spaceId: 'p' }, spaces)).toMatchObject({ as: 'own', role: 'manager' });
    expect(standingOf({ ...node, id: 'home', spaceId: 'p' }, spaces)).toMatchObject({ as: 'root' });
  });

  it('R-43 a folder that was shared a moment ago is a shared one, though it was seen in the own space', () => {
    expect(standingOf({ ...node, id: 'top', spaceId: 'p' }, spaces)).toMatchObject({ as: 'shared', space: shared });
  });

  it('R-43 offers nothing where nothing is known, and no writing to a reader', () => {
    expect(standingOf({ ...node, id: 'a', spaceId: '?' }, spaces)).toMatchObject({ role: 'reader' });
    expect(mayWrite('s', spaces)).toBe(false);
    expect(mayWrite('p', spaces)).toBe(true);
    expect(mayWrite('s', [personal, { ...shared, role: 'writer' }])).toBe(true);
  });
});
