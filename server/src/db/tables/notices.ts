import type { Severity } from '@diwan/protocol/notices.ts';

export interface NoticeTables {
  notices: {
    id: string;
    severity: Severity;
    /** Comma-separated Service names. */
    services: string;
    startsAt: number;
    endsAt: number;
    fr: string;
    ar: string;
    en: string;
    publishedAt: number;
    publishedBy: string;
    withdrawnAt: number | null;
  };
}
