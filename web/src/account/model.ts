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

/** Browser and system out of a user agent, as far as a person cares; undefined when it says nothing known. */
export function describeUserAgent(userAgent: string): string | undefined {
  const browser = [
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
    [/diwan-sync/, 'diwan-sync'],
  ] as const;
  const system = [
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X|darwin/i, 'macOS'],
    [/Linux/i, 'Linux'],
  ] as const;
  const found = [browser, system].map((known) => known.find(([pattern]) => pattern.test(userAgent))?.[1]);
  return found.filter((part) => part !== undefined).join(' · ') || undefined;
}
