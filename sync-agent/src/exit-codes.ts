/** What `diwan-sync` ends with; `diwan-sync --help` lists them. */
export const exitCodes = {
  ok: 0,
  error: 1,
  usage: 2,
  signedOut: 3,
  offline: 4,
  cguRequired: 5,
  paused: 6,
  brake: 7,
  busy: 8,
  incomplete: 9,
} as const;
