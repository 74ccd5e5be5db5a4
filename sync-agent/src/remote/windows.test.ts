import type { Notice } from '@diwan/protocol/notices.ts';
import { describe, expect, it } from 'vitest';
import { nextTurn, windowAt } from './windows.ts';

const notice = (id: string, startsAt: number, endsAt: number, services: Notice['services'] = ['ibox']): Notice => ({
  ...{ id, startsAt, endsAt, services },
  severity: 'info',
  text: { fr: id, ar: id, en: id },
  publishedAt: 0,
});

describe('windows of maintenance', () => {
  it('R-54 R-56 a window stops synchronisation from its first to its last moment, and no other service’s does', () => {
    const notices = [notice('a', 100, 200), notice('rooms', 0, 1000, ['vroom', 'portal'])];
    expect([99, 100, 199, 200].map((now) => windowAt(notices, now)?.id)).toEqual([undefined, 'a', 'a', undefined]);
    expect([0, 100, 200].map((now) => nextTurn(notices, now))).toEqual([100, 200, undefined]);
  });

  it('R-54 of windows that overlap, the end that is told is the last one', () => {
    const notices = [notice('long', 100, 500), notice('short', 50, 200)];
    expect(windowAt(notices, 150)?.id).toBe('long');
    expect(nextTurn(notices, 150)).toBe(200);
    expect(windowAt(notices, 60)?.id).toBe('short');
  });
});
