/** What the part of a room on one worker hears: its speaker, and how loud each one is, in dBov (RFC 6464). */
export interface Hearing {
  current: string | null;
  levels: ReadonlyMap<string, number>;
}

/** So much louder must another part's speaker be to take over, in dB: two who talk at once don't take turns on every screen. */
const headStart = 10;

/**
 * The one who speaks in the whole room: of the speakers of its parts the loudest, which the present one stays for as long as nobody is
 * much louder.
 */
export function whoSpeaks(parts: Iterable<Hearing>, present: string | null): string | null {
  let best: { id: string; level: number } | undefined;
  for (const { current: id, levels } of parts) {
    if (id === null) continue;
    const level = (levels.get(id) ?? -127) + (id === present ? headStart : 0);
    if (!best || level > best.level) best = { id, level };
  }
  return best?.id ?? null;
}

/** From dBov (-127 to 0) to what a picture of it needs: 1 is just heard, 10 as loud as it gets. */
export const loudness = (level: number): number => Math.min(10, Math.max(1, Math.round((level + 60) / 6)));
