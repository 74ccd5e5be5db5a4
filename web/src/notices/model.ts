import type { Notice } from '@diwan/protocol/notices.ts';

const gravity = { critical: 0, warning: 1, info: 2 } as const;

/** What a dismissal is remembered by: a notice that says something new comes back. */
export function noticeKey(notice: Notice): string {
  return [notice.id, notice.severity, notice.startsAt, notice.endsAt, notice.publishedAt].join(':');
}

/** Those to show: window not over, not dismissed (a critical one can't be), gravest first, then soonest. */
export function visibleNotices(notices: readonly Notice[], dismissed: ReadonlySet<string>, now: number): Notice[] {
  return notices
    .filter((n) => n.endsAt > now && (n.severity === 'critical' || !dismissed.has(noticeKey(n))))
    .sort((a, b) => gravity[a.severity] - gravity[b.severity] || a.startsAt - b.startsAt);
}

/** The list with a notice published or changed. */
export function withNotice(notices: readonly Notice[], published: Notice): Notice[] {
  return [...notices.filter((n) => n.id !== published.id), published];
}

export type Countdown = { phase: 'upcoming' | 'ongoing'; seconds: number };

/** How long until the window opens or, when it is open, closes. */
export function countdown(notice: Pick<Notice, 'startsAt' | 'endsAt'>, now: number): Countdown {
  const phase = now < notice.startsAt ? 'upcoming' : 'ongoing';
  const target = phase === 'upcoming' ? notice.startsAt : notice.endsAt;
  return { phase, seconds: Math.max(0, Math.ceil((target - now) / 1000)) };
}

/** Seconds as clock figures, or as whole days when far away. */
export function splitDuration(seconds: number): { days: number } | { clock: string } {
  if (seconds >= 48 * 3600) return { days: Math.floor(seconds / 86_400) };
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return { clock: hours > 0 ? `${hours}:${rest}` : rest };
}
