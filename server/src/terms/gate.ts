import { currentTerms, type TermsRoom } from './terms.ts';

export interface TermsGate {
  /** The version in force. */
  version(): Promise<number>;
  /** Whether the account has accepted the version in force. */
  accepted(accountId: string): Promise<boolean>;
}

/** How long (ms) the number in force is believed without asking the database; publishing is told by the bus at once. */
const cacheFor = 2000;

/** Closed until the version in force is accepted. An acceptance is for ever, so only the positive answer is remembered. */
export function createTermsGate(room: TermsRoom): TermsGate {
  let current: { version: number; readAt: number } | undefined;
  const accepted = new Map<string, number>();
  room.bus.subscribe('terms:published', ({ version }) => {
    current = { version, readAt: room.now() };
  });

  async function version(): Promise<number> {
    const now = room.now();
    if (!current || Math.abs(now - current.readAt) > cacheFor) {
      const fresh = await currentTerms(room);
      // A publication told by the bus meanwhile is newer than what was read.
      current = { version: Math.max(fresh.version, current?.version ?? 0), readAt: now };
    }
    return current.version;
  }

  return {
    version,
    async accepted(accountId) {
      const inForce = await version();
      if (accepted.get(accountId) === inForce) return true;
      const proof = await room.db
        .selectFrom('termsAcceptances')
        .select('version')
        .where('accountId', '=', accountId)
        .where('version', '=', inForce)
        .executeTakeFirst();
      if (proof) accepted.set(accountId, inForce);
      return Boolean(proof);
    },
  };
}
