import type { Notice } from '@diwan/protocol/notices.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countdown, noticeKey, splitDuration, visibleNotices, withNotice } from './model.ts';

const notice = (over: Partial<Notice> = {}): Notice => ({
  id: 'n1',
  severity: 'info',
  services: ['portal'],
  startsAt: 10_000,
  endsAt: 20_000,
  text: { fr: 'a', ar: 'b', en: 'c' },
  publishedAt: 1,
  ...over,
});

describe('which notices are on the screen', () => {
  it('R-54 shows the gravest first, then the soonest', () => {
    const list = [
      notice({ id: 'late', startsAt: 15_000 }),
      notice({ id: 'soon' }),
      notice({ id: 'grave', severity: 'critical', startsAt: 19_000 }),
    ];
    expect(visibleNotices(list, new Set(), 0).map((n) => n.id)).toEqual(['grave', 'soon', 'late']);
  });

  it('R-54 hides a notice from the very end of its window on', () => {
    expect(visibleNotices([notice()], new Set(), 19_999)).toHaveLength(1);
    expect(visibleNotices([notice()], new Set(), 20_000)).toHaveLength(0);
  });

  it('R-54 keeps a dismissed notice away until it changes, a critical one never', () => {
    const dismissed = new Set([noticeKey(notice()), noticeKey(notice({ severity: 'critical' }))]);
    expect(visibleNotices([notice()], dismissed, 0)).toHaveLength(0);
    expect(visibleNotices([notice({ endsAt: 30_000 })], dismissed, 0)).toHaveLength(1);
    expect(visibleNotices([notice({ severity: 'critical' })], dismissed, 0)).toHaveLength(1);
  });

  it('R-54 replaces a notice published again rather than showing it twice', () => {
    const list = withNotice([notice()], notice({ severity: 'warning' }));
    expect(list).toHaveLength(1);
    expect(list[0]?.severity).toBe('warning');
  });
});

describe('the countdown', () => {
  it('R-54 runs to the start, then to the end, and never below zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (now) => {
        const { phase, seconds } = countdown(notice(), now);
        expect(phase).toBe(now < 10_000 ? 'upcoming' : 'ongoing');
        expect(seconds).toBe(Math.max(0, Math.ceil(((now < 10_000 ? 10_000 : 20_000) - now) / 1000)));
      }),
    );
  });

  it('R-54 is read as a clock, from two days on as days', () => {
    expect(splitDuration(0)).toEqual({ clock: '00:00' });
    expect(splitDuration(65)).toEqual({ clock: '01:05' });
    expect(splitDuration(3600 * 30 + 61)).toEqual({ clock: '30:01:01' });
    expect(splitDuration(48 * 3600)).toEqual({ days: 2 });
  });
});
