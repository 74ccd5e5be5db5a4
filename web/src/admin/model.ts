import type { LocalText } from '@diwan/protocol/errors.ts';
import type { Service, Severity } from '@diwan/protocol/notices.ts';
import type { LiveMeetings } from '@diwan/protocol/vroom-live.ts';

/** A notice as it is being written; times as the browser's date-and-time fields give them. */
export type NoticeDraft = { severity: Severity; services: Service[]; start: string; end: string; text: LocalText };
export type NoticeFault = 'services' | 'window' | 'over' | 'text';

/** What a date-and-time field holds for an instant, in the person's own time zone. */
export function toField(instant: number): string {
  const date = new Date(instant);
  return new Date(instant - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The instant a date-and-time field holds; NaN when it is not filled in. */
export function fromField(value: string): number {
  return new Date(value).getTime();
}

/** A new notice: the next whole hour, for an hour, for everything. */
export function newNotice(now: number): NoticeDraft {
  const hour = 3_600_000;
  const start = Math.ceil((now + 1) / hour) * hour;
  return {
    severity: 'warning',
    services: ['portal', 'vroom', 'ibox'],
    start: toField(start),
    end: toField(start + hour),
    text: { fr: '', ar: '', en: '' },
  };
}

/** The first thing that keeps a notice from being published. */
export function noticeFault(draft: NoticeDraft, now: number): NoticeFault | undefined {
  const [start, end] = [fromField(draft.start), fromField(draft.end)];
  if (draft.services.length === 0) return 'services';
  // Not a number compares as neither.
  if (!(end > start)) return 'window';
  if (end <= now) return 'over';
  return isComplete(draft.text) ? undefined : 'text';
}

export const isComplete = (text: LocalText): boolean => Object.values(text).every((one) => one.trim() !== '');

/** What keeps a new version of the terms from being published. */
export function termsFault(texts: LocalText, inForce: LocalText): 'incomplete' | 'unchanged' | undefined {
  if (!isComplete(texts)) return 'incomplete';
  const changed = (['fr', 'ar', 'en'] as const).some((language) => texts[language].trim() !== inForce[language].trim());
  return changed ? undefined : 'unchanged';
}

/** The accounts whose name or address holds every word looked for. */
export function findAccounts<A extends { name: string; email: string }>(accounts: readonly A[], words: string): A[] {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  return accounts.filter(({ name, email }) => wanted.every((word) => plain(`${name} ${email}`).includes(word)));
}

export const gigabyte = 1e9;

/** Which limit of storage an account has: the one that all have, none, or its own. */
export type QuotaChoice = 'all' | 'none' | 'own';

export const quotaChoice = (ownBytes: number | null): QuotaChoice =>
  ownBytes === null ? 'all' : ownBytes === 0 ? 'none' : 'own';

/** The limit as the hub takes it: null for the one that all have, 0 for none, else bytes. */
export const quotaBytes = (choice: QuotaChoice, gigabytes: number): number | null =>
  choice === 'all' ? null : choice === 'none' ? 0 : Math.max(1, Math.round(gigabytes * gigabyte));

/** How much of a core each media worker took between two looks, by its index, 0 to 1; none for one that has just started. */
export function workerLoads(
  before: Pick<LiveMeetings, 'at' | 'workers'> | undefined,
  now: Pick<LiveMeetings, 'at' | 'workers'>,
): Record<number, number> {
  const passed = now.at - (before?.at ?? now.at);
  if (passed <= 0) return {};
  const taken = new Map(before?.workers.map(({ index, cpuMs }) => [index, cpuMs]));
  return Object.fromEntries(
    now.workers.flatMap(({ index, cpuMs }) => {
      const was = taken.get(index);
      return was === undefined || cpuMs < was ? [] : [[index, Math.min(1, (cpuMs - was) / passed)]];
    }),
  );
}
