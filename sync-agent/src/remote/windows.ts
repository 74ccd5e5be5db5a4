import type { Notice } from '@diwan/protocol/notices.ts';

/** The window of maintenance that stops synchronisation at this moment: of several the one that ends last. */
export function windowAt(notices: readonly Notice[], now: number): Notice | undefined {
  return notices
    .filter(({ services, startsAt, endsAt }) => services.includes('ibox') && startsAt <= now && now < endsAt)
    .reduce<Notice | undefined>((last, notice) => (last && last.endsAt >= notice.endsAt ? last : notice), undefined);
}

/** When a window begins or ends next (hub's clock, ms); undefined when none is ahead. */
export function nextTurn(notices: readonly Notice[], now: number): number | undefined {
  const turns = notices
    .filter(({ services }) => services.includes('ibox'))
    .flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
    .filter((at) => at > now);
  return turns.length > 0 ? Math.min(...turns) : undefined;
}
