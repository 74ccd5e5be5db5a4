import type { Link, LinkCreate, LinkKind, LinkPatch } from '@diwan/protocol/ibox-links.ts';

/** A link as it stands in the form. `day` is that of the person's calendar, yyyy-mm-dd; empty texts are what is not wanted. */
export type LinkDraft = {
  kind: LinkKind;
  label: string;
  protect: boolean;
  password: string;
  day: string;
  limit: number | '';
};

export const emptyDraft: LinkDraft = { kind: 'read', label: '', protect: false, password: '', day: '', limit: '' };

export const draftOf = (link: Link): LinkDraft => ({
  kind: link.kind,
  label: link.label,
  protect: link.hasPassword,
  password: '',
  day: link.expiresAt === null ? '' : dayOf(link.expiresAt),
  limit: link.downloadLimit ?? '',
});

export const leastPassword = 8;

/** What keeps the form from being sent. @param link what is edited; its password may stay @param now ms */
export function draftFault(draft: LinkDraft, link: Link | undefined, now: number): 'password' | 'day' | undefined {
  const keeps = link?.hasPassword === true && draft.password === '';
  if (draft.protect && !keeps && draft.password.length < leastPassword) return 'password';
  const unchanged = link !== undefined && draft.day === draftOf(link).day;
  if (draft.day !== '' && !unchanged && endOfDay(draft.day) <= now) return 'day';
  return undefined;
}

export function createOf({ kind, label, protect, password, day, limit }: LinkDraft): LinkCreate {
  return {
    ...{ kind, label: label.trim() },
    ...(protect && { password }),
    ...(day !== '' && { expiresAt: endOfDay(day) }),
    ...(kind === 'read' && limit !== '' && { downloadLimit: limit }),
  };
}

/** Only what is another than before: a link's hour of expiry and its password stay when nobody touched them. */
export function patchOf(draft: LinkDraft, link: Link): LinkPatch {
  const before = draftOf(link);
  const label = draft.label.trim();
  const limit = draft.limit === '' ? null : draft.limit;
  return {
    ...(label !== link.label && { label }),
    ...(draft.protect && draft.password !== '' && { password: draft.password }),
    ...(!draft.protect && link.hasPassword && { password: null }),
    ...(draft.day !== before.day && { expiresAt: draft.day === '' ? null : endOfDay(draft.day) }),
    ...(link.kind === 'read' && limit !== link.downloadLimit && { downloadLimit: limit }),
  };
}

/** The last moment of a day where the person is (ms). */
function endOfDay(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 23, 59, 59, 999).getTime();
}

/** The day of a moment where the person is. */
export function dayOf(instant: number): string {
  const at = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
