import { HubError } from '@diwan/protocol/errors.ts';
import argon2 from 'argon2';

/** OWASP's Argon2id floor is 19 MiB and 2 passes; ours is above it. */
const parameters = { type: argon2.argon2id, memoryCost: 32 * 1024, timeCost: 3, parallelism: 1 } as const;
const minimumLength = 12;

/** @throws HubError weak_password */
export function requireStrong(password: string, email: string): void {
  const lower = password.toLowerCase();
  const repeated = new Set(lower).size < 4;
  if ([...password].length < minimumLength || repeated || lower === email) throw new HubError('weak_password');
}

export const hashPassword = (password: string) => argon2.hash(password, parameters);

/** What an unknown identifier is compared with, so that it takes as long as a known one. */
const decoy = hashPassword('nobody has this password');

/** True when the password matches; an account without one costs the same time and answers false. */
export async function passwordMatches(hash: string | null | undefined, password: string): Promise<boolean> {
  const matches = await argon2.verify(hash ?? (await decoy), password);
  return matches && Boolean(hash);
}
