import type { Link } from '@diwan/protocol/ibox-links.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOf, dayOf, draftFault, draftOf, emptyDraft, patchOf } from './link-draft.ts';

const now = Date.UTC(2026, 5, 15, 12);
const link: Link = {
  ...{
    id: 'l',
    nodeId: 'n',
    nodeName: 'Plans',
    nodeKind: 'folder',
    kind: 'read',
    label: 'client',
    url: 'https://d/l/x',
  },
  ...{ hasPassword: true, expiresAt: now + 86_400_000, downloadLimit: 3, downloads: 1, uploads: 0, state: 'open' },
  ...{ createdAt: now, createdBy: 'Lina' },
};

describe('the form of a link', () => {
  it('R-43 a link that nobody touched is not changed: neither its hour nor its password', () => {
    expect(patchOf(draftOf(link), link)).toEqual({});
    expect(draftFault(draftOf(link), link, now)).toBeUndefined();
    // An expired one can still be renamed.
    expect(draftFault({ ...draftOf(link), label: 'x' }, link, now + 1e12)).toBeUndefined();
  });

  it('R-43 what is emptied is taken away', () => {
    const emptied = { ...draftOf(link), label: ' ', protect: false, day: '', limit: '' as const };
    expect(patchOf(emptied, link)).toEqual({ label: '', password: null, expiresAt: null, downloadLimit: null });
  });

  it('R-43 a short password and a day that is past are told', () => {
    expect(draftFault({ ...emptyDraft, protect: true, password: '1234567' }, undefined, now)).toBe('password');
    expect(draftFault({ ...emptyDraft, day: '2026-06-13' }, undefined, now)).toBe('day');
    expect(draftFault({ ...emptyDraft, day: '2026-06-17' }, undefined, now)).toBeUndefined();
    expect(createOf({ ...emptyDraft, kind: 'drop', limit: 3, password: 'left over' })).toEqual({
      kind: 'drop',
      label: '',
    });
  });

  it('R-43 a day ends on that day, wherever the person is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (instant) => {
        const { expiresAt } = createOf({ ...emptyDraft, day: dayOf(instant) });
        expect(dayOf(expiresAt ?? 0)).toBe(dayOf(instant));
        expect(expiresAt).toBeGreaterThanOrEqual(instant);
      }),
    );
  });
});
