/** What is wrong with a new password as typed; the server has the last word (weak_password). */
export function passwordFault(password: string, again: string): { missing: number } | 'mismatch' | undefined {
  const length = [...password].length;
  if (length < 12) return { missing: 12 - length };
  return password === again ? undefined : 'mismatch';
}

/** A user code as shown by an agent: eight letters, in groups of four. */
export function tidyUserCode(typed: string): string {
  const letters = typed
    .toUpperCase()
    .replace(/[^A-Z]/g, '')
    .slice(0, 8);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}
