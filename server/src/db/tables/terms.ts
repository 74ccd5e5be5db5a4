import type { Language } from '@diwan/protocol/errors.ts';

export interface TermsTables {
  termsVersions: {
    version: number;
    publishedAt: number;
    publishedBy: string | null;
    hash: string;
    fr: string;
    ar: string;
    en: string;
  };
  termsAcceptances: {
    id: string;
    accountId: string;
    version: number;
    hash: string;
    language: Language;
    label: string;
    acceptedAt: number;
    ip: string;
    userAgent: string;
  };
}
