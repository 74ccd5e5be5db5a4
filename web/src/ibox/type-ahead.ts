/** How long letters belong to one word, in ms. */
const wordMs = 800;

export type Typed = { letters: string; at: number };
export const nothingTyped: Typed = { letters: '', at: Number.NEGATIVE_INFINITY };

/** The word that is being typed, with one more letter. `now` in ms. */
export const withLetter = (typed: Typed, letter: string, now: number): Typed => ({
  letters: isTyping(typed, now) ? typed.letters + letter : letter,
  at: now,
});

export const isTyping = (typed: Typed, now: number): boolean => now - typed.at < wordMs;

/**
 * The place of the next name that begins with what was typed; -1 if none does. A single letter, or the same one again, goes on to the
 * next name with it; a word that grows stays where it fits.
 * @param from the place where the keyboard is, -1 for nowhere
 */
export function placeTyped(names: readonly string[], from: number, letters: string): number {
  const typed = plain(letters);
  const same = [...typed].every((letter) => letter === typed[0]);
  const wanted = same ? (typed[0] ?? '') : typed;
  for (let step = same ? 1 : 0; step <= names.length; step++) {
    const place = (Math.max(0, from) + (from === -1 && same ? step - 1 : step)) % names.length;
    if (plain(names[place] ?? '').startsWith(wanted)) return place;
  }
  return -1;
}

/** Without case, accents and, in Arabic, vowel signs and the shapes of alef. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
