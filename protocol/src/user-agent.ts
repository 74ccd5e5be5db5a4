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
