import type { LocalText } from '@diwan/protocol/errors.ts';

export type Language = keyof LocalText;

/** French, unless the environment's language is another one: LC_ALL, LC_MESSAGES, LANG. */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const tag = (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').toLowerCase();
  if (tag.startsWith('ar')) return 'ar';
  return tag === '' || tag.startsWith('fr') || tag.startsWith('c.') || tag === 'c' || tag === 'posix' ? 'fr' : 'en';
}

/** With the digits and the order of the day that are usual in Algeria. */
const regions = { fr: 'fr-DZ', ar: 'ar-DZ', en: 'en-GB' } as const satisfies Record<Language, string>;

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** How numbers and moments are written in a language. */
export function formatsOf(language: Language) {
  const region = regions[language];
  const date = new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeStyle: 'medium' });
  const hour = new Intl.DateTimeFormat(region, { timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(region, { dateStyle: 'short', timeStyle: 'short' });
  const bytes = (n: number) => {
    const power = Math.min(Math.floor(Math.log10(Math.max(n, 1)) / 3), UNITS.length - 1);
    const unit = UNITS[power] as (typeof UNITS)[number];
    const style = { style: 'unit', unit, unitDisplay: power === 0 ? 'long' : 'short' } as const;
    return new Intl.NumberFormat(region, { ...style, maximumFractionDigits: 1 }).format(n / 1000 ** power);
  };
  return {
    bytes,
    count: (n: number) => new Intl.NumberFormat(region).format(n),
    percent: (part: number) => new Intl.NumberFormat(region, { style: 'percent' }).format(part),
    /** A moment in ms since the epoch. */
    moment: (at: number) => date.format(at),
    /** Short: the hour alone when it is within a day. */
    until: (at: number, now = Date.now()) => (Math.abs(at - now) < 20 * 3600 * 1000 ? hour : day).format(at),
  };
}
export type Formats = ReturnType<typeof formatsOf>;
