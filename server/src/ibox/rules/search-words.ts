/**
 * The words of a name or of a question, as they are compared: without case, accents and vowel signs; the forms of alef, yeh and teh
 * marbuta as one; tatweel dropped. A word that joins parts (IMG20240131, monRapport, التقرير) is there whole and by its later parts.
 */
export function searchWords(name: string): string[] {
  const words = new Set<string>();
  for (const [run] of name
    .normalize('NFKD')
    .replace(/[\p{M}\u0640]/gu, '')
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    const whole = folded(run);
    if (whole !== '') words.add(whole);
    for (const { index } of run.matchAll(joint)) if (index > 0) words.add(folded(run.slice(index)));
    if (/^ال.{3}/u.test(whole)) words.add(whole.slice(2));
  }
  return [...words];
}

/** The words that all have to begin a word of a name. */
export function questionWords(question: string): string[] {
  const runs =
    question
      .normalize('NFKD')
      .replace(/[\p{M}\u0640]/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(runs.map(folded))].filter((word) => word !== '');
}

/** Where figures begin or end, and where a capital follows a small letter. */
const joint = /(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|(?<=\p{Ll})(?=\p{Lu})/gu;

/** What PostgreSQL and SQLite both sort after every word that begins with `prefix`. */
export const afterPrefix = (prefix: string): string => `${prefix}\u{10ffff}`;

const folded = (run: string): string =>
  run
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .replace(/ٱ/g, 'ا');
