/** What `diwan-sync` ends with: the one place. `diwan-sync --help` and the README list them. */
export const exitCodes = {
  /** Done. */
  ok: 0,
  /** Something unexpected; `doctor` found what needs a person. */
  error: 1,
  /** The command's words are off, or there is nothing to work on. */
  usage: 2,
  signedOut: 3,
  /** The hub can't be reached. */
  offline: 4,
  /** The terms of use are to be accepted in the browser first. */
  cguRequired: 5,
  /** Paused: by a person, by maintenance, folder missing, disk full. */
  paused: 6,
  /** Most of the tree would be deleted. */
  brake: 7,
  /** Another agent works on the folder. */
  busy: 8,
  /** Done, but for the files listed. */
  incomplete: 9,
  /** This system has not what the command needs, as systemd. */
  unavailable: 10,
} as const;
export type ExitCode = keyof typeof exitCodes;
