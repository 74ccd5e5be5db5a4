import type { LinkState } from '@diwan/protocol/ibox-links.ts';
import type { Selectable } from 'kysely';
import type { Tables } from '../../db/tables.ts';

export type LinkRow = Selectable<Tables['links']>;

/** What takes a link away: one of these is enough, and what cannot be undone comes first. Times in ms. */
export function linkState(
  link: Pick<LinkRow, 'revokedAt' | 'expiresAt' | 'downloadLimit' | 'downloads'>,
  now: number,
): LinkState {
  if (link.revokedAt !== null) return 'revoked';
  if (link.expiresAt !== null && link.expiresAt <= now) return 'expired';
  if (link.downloadLimit !== null && link.downloads >= link.downloadLimit) return 'used_up';
  return 'open';
}

/** Whether a visitor with that key may look. */
export const isUnlocked = (
  link: Pick<LinkRow, 'id' | 'passwordHash' | 'generation'>,
  key: { id: string; generation: number } | undefined,
): boolean => link.passwordHash === null || (key?.id === link.id && key.generation === link.generation);

const byLink = 'link/';

/** Who is written down as the author of what came through a link: no account, but the link as it was called then. */
export const linkAuthor = (link: Pick<LinkRow, 'id' | 'label'>): string => `${byLink}${link.id}/${link.label}`;

/** An author as people see it. @param name of the account with that id, if there is one */
export function presentedAuthor(author: string, name: string | null): { by: string; viaLink?: { viaLink: true } } {
  if (!author.startsWith(byLink)) return { by: name ?? '' };
  return { by: author.slice(author.indexOf('/', byLink.length) + 1), viaLink: { viaLink: true } };
}
