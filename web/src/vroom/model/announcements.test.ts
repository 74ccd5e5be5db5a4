import { describe, expect, it, vi } from 'vitest';
import { type Announcement, comings, createAnnouncer, together } from './announcements.ts';

describe('R-34 what is read aloud', () => {
  it('is one sentence of each kind, with each name once', () => {
    expect(
      together([
        { kind: 'joined', name: 'Amina' },
        { kind: 'message', name: 'Karim' },
        { kind: 'joined', name: 'Lina' },
        { kind: 'message', name: 'Karim' },
      ]),
    ).toEqual([
      { kind: 'joined', names: ['Amina', 'Lina'] },
      { kind: 'message', names: ['Karim'] },
    ]);
  });

  it('is collected for a moment, and nothing is lost between two', () => {
    vi.useFakeTimers();
    const said: Announcement[][] = [];
    const announcer = createAnnouncer((announcements) => said.push(announcements));
    announcer.tell({ kind: 'hand', name: 'Amina' });
    announcer.tell({ kind: 'hand', name: 'Lina' });
    expect(said).toEqual([]);
    vi.runAllTimers();
    announcer.tell({ kind: 'hand', name: 'Karim' });
    vi.runAllTimers();
    expect(said).toEqual([[{ kind: 'hand', names: ['Amina', 'Lina'] }], [{ kind: 'hand', names: ['Karim'] }]]);
    announcer.tell({ kind: 'hand', name: 'Omar' });
    announcer.stop();
    vi.runAllTimers();
    expect(said).toHaveLength(2);
    vi.useRealTimers();
  });

  it('tells who came and who went', () => {
    const [amina, lina] = [
      { id: 'a', name: 'Amina' },
      { id: 'l', name: 'Lina' },
    ];
    expect(comings([amina], [lina])).toEqual([
      { kind: 'joined', name: 'Lina' },
      { kind: 'left', name: 'Amina' },
    ]);
    expect(comings([amina], [{ ...amina, name: 'Amina B.' }])).toEqual([]);
  });
});
