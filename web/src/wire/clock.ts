let offset = 0;

/** Learns the server's clock from the Date header of an answer. */
export function learnServerTime(dateHeader: string | null): void {
  const server = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(server)) return;
  const difference = server - Date.now();
  // The header has whole seconds: only a real difference counts.
  offset = Math.abs(difference) < 2000 ? 0 : difference;
}

/** Milliseconds since the epoch by the server's clock, which windows and deadlines go by. */
export function serverNow(): number {
  return Date.now() + offset;
}
