import type { Language } from '@diwan/protocol/errors.ts';
import { useMemo } from 'react';
import { useLanguage } from '../locales/i18n.ts';

const locales: Record<Language, string> = { fr: 'fr-DZ', ar: 'ar-DZ', en: 'en-GB' };
const sizeUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Everything with figures in it, as the language writes it. Times are milliseconds, sizes are bytes. */
export function formats(language: Language) {
  const locale = locales[language];
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short', hourCycle: 'h23' });
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' });
  const weekdayName = {
    long: new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }),
    short: new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }),
  };
  const lists = new Intl.ListFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return {
    date: (instant: number) => date.format(instant),
    dateTime: (instant: number) => dateTime.format(instant),
    time: (instant: number) => time.format(instant),
    /** "lundi 30 novembre 2026, 10:30 – 11:15" */
    range: (from: number, to: number) => times.formatRange(from, to),
    /** Monday is 0; 5 January 1970 was one. */
    weekday: (day: number, style: 'long' | 'short' = 'long') => weekdayName[style].format((day + 4) * 86_400_000),
    list: (words: readonly string[]) => lists.format(words),
    /** "il y a 3 heures", by the largest unit that fits. */
    relative: (instant: number, now: number) => relative.format(...largestUnit(instant - now)),
    size: (bytes: number) => {
      const power = Math.min(sizeUnits.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: sizeUnits[power] ?? 'byte',
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: power < 2 ? 0 : 1,
      }).format(bytes / 1000 ** power);
    },
    /** "3 minutes", by the largest unit that fits; a second at least. */
    duration: (ms: number) => {
      const seconds = Math.max(1, Math.round(ms / 1000));
      const [value, unit] =
        seconds < 60
          ? [seconds, 'second']
          : seconds < 3600
            ? [Math.round(seconds / 60), 'minute']
            : [Math.round(seconds / 3600), 'hour'];
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
    },
    /** "45 minutes", "1 heure 30 minutes" */
    minutes: (count: number) => {
      const part = (value: number, unit: string) =>
        new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
      const hours = Math.floor(count / 60);
      const rest = count % 60;
      return [...(hours > 0 ? [part(hours, 'hour')] : []), ...(rest > 0 ? [part(rest, 'minute')] : [])].join(' ');
    },
    /** Between the whole and its parts: "0,5". */
    decimalSeparator: new Intl.NumberFormat(locale).format(0.5).charAt(1),
    /** Of bits in a second: "1,2 Mbit/s". */
    bitrate: (bits: number) => {
      const mega = bits >= 1e6;
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: mega ? 'megabit-per-second' : 'kilobit-per-second',
        maximumFractionDigits: mega ? 1 : 0,
      }).format(bits / (mega ? 1e6 : 1e3));
    },
    percent: (ratio: number) => new Intl.NumberFormat(locale, { style: 'percent' }).format(ratio),
  };
}

function largestUnit(difference: number): [number, Intl.RelativeTimeFormatUnit] {
  const minutes = Math.round(difference / 60_000);
  if (Math.abs(minutes) < 60) return [minutes, 'minute'];
  const hours = Math.round(difference / 3_600_000);
  if (Math.abs(hours) < 24) return [hours, 'hour'];
  return [Math.round(difference / 86_400_000), 'day'];
}

export function useFormats() {
  const language = useLanguage();
  return useMemo(() => formats(language), [language]);
}
