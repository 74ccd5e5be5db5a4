import type { Node, Space, SpaceRole } from '@diwan/protocol/ibox.ts';
import { describe, expect, it } from 'vitest';
import { allowed, offersFor } from './node-actions.ts';

const space = (id: string, role: SpaceRole, isOwner: boolean): Space => ({
  ...{
    id,
    kind: id === 'own' ? 'personal' : 'shared',
    name: id,
    rootId: `${id}-root`,
    epoch: 'e',
    seq: 1,
    usedBytes: 0,
  },
  ...{ role, owner: 'Amina', isOwner, mountId: null },
});
const spaces = [space('own', 'manager', true), space('read', 'reader', false), space('write', 'writer', false)];
const node = (id: string, spaceId: string, mounted?: string): Node => ({
  ...{ id, spaceId, parentId: 'p', kind: 'folder', name: id, size: 0, sha256: null, version: 0, mediaType: null },
  ...{ mtime: null, createdAt: 1, changedAt: 1, changedBy: 'Amina', seq: 1, deleted: false },
  mount: mounted === undefined ? null : { spaceId: mounted, rootId: `${mounted}-root` },
});
const actions = (...nodes: Node[]) => offersFor(nodes, spaces).map(({ action }) => action);

describe('what is offered for a node', () => {
  it('R-43 a reader sees nothing that writes, and nobody but a manager a way to share', () => {
    expect(actions(node('a', 'read'))).toEqual(['open', 'download', 'copy', 'favourite', 'details']);
    expect(actions(node('a', 'write'))).not.toContain('share');
    expect(actions(node('a', 'write'))).toContain('delete');
    expect(actions(node('a', 'own'))).toEqual(expect.arrayContaining(['share', 'rename', 'move', 'delete']));
  });

  it('R-43 where a shared folder shows one leaves it, and does not delete it with others', () => {
    const door = node('door', 'own', 'read');
    expect(actions(door)).toEqual(expect.arrayContaining(['rename', 'move', 'leave']));
    expect(actions(door)).not.toContain('delete');
    expect(actions(door)).not.toContain('share');
    expect(actions(door, node('a', 'own'))).not.toContain('delete');
    expect(allowed('delete', [door], spaces)).toBe('leave');
    expect(allowed('delete', [door, node('a', 'own')], spaces)).toBeUndefined();
  });

  it('R-43 keys do no more than the menu offers', () => {
    expect(allowed('delete', [node('a', 'read')], spaces)).toBeUndefined();
    expect(allowed('rename', [node('a', 'read')], spaces)).toBeUndefined();
    expect(allowed('rename', [node('a', 'write')], spaces)).toBe('rename');
    // Looking is everybody's: the preview of a folder is its details.
    expect(allowed('preview', [node('a', 'read')], spaces)).toBe('preview');
  });
});
