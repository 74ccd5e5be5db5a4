/** How much is kept, by the operator's word. 0 means without limit in each. */
export interface Limits {
  /** Versions of a file, the newest included. */
  versionsKept: number;
  /** Days for which a version is kept after another took its place. */
  versionsDays: number;
  /** Days in the trash. */
  trashDays: number;
  /** Days for which it is kept who did what. */
  activityDays: number;
  /** Bytes of live files of an account that has no limit of its own. */
  quotaBytes: number;
}

export const dayMs = 24 * 3600 * 1000;

export const defaultLimits: Limits = {
  versionsKept: 100,
  versionsDays: 365,
  trashDays: 30,
  activityDays: 365,
  quotaBytes: 10 * 1024 ** 3,
};

/** The newest version that is one too many once `version` is the newest; 0 if none is. */
export const lastUnkept = (version: number, { versionsKept }: Pick<Limits, 'versionsKept'>): number =>
  versionsKept === 0 ? 0 : Math.max(0, version - versionsKept);

/** An account's limit in bytes, or null where there is none. */
export const quotaOf = (own: number | null | undefined, { quotaBytes }: Pick<Limits, 'quotaBytes'>): number | null =>
  (own ?? quotaBytes) || null;
