import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { Space } from '@diwan/protocol/ibox.ts';
import { z } from 'zod';
import { reached } from '../failpoints.ts';
import { accountClient } from '../pair.ts';
import type { Home, SavedAccount, SavedPair } from '../state/home.ts';
import { readMark, writeMark } from '../state/pair-lock.ts';

/** The folder, or one around or within it, belongs to a pair already. */
export class FolderTaken extends Error {}

/** Pairs a folder (made if need be) with the account's personal space. @throws {FolderTaken | Refused | Unreachable} */
export async function addPair(home: Home, account: SavedAccount, folder: string, language: string): Promise<SavedPair> {
  mkdirSync(resolve(folder), { recursive: true });
  const root = realpathSync(resolve(folder));
  const overlaps = (other: string) => `${root}${sep}`.startsWith(`${other}${sep}`) || other.startsWith(`${root}${sep}`);
  const mark = readMark(root);
  // One of an account of this home, but of no pair: a folder whose adding was cut off.
  const isTaken = mark !== undefined && !home.accounts().some(({ id }) => id === mark.account);
  if (isTaken || home.pairs().some((pair) => overlaps(pair.root))) throw new FolderTaken(root);
  const spaces = await accountClient(home, account.id, language).ask(z.array(Space), '/api/ibox/spaces');
  const space = spaces.find(({ kind }) => kind === 'personal');
  if (!space) throw new Error('no personal space');
  const pair = { id: randomUUID(), accountId: account.id, root, spaceId: space.id, rootId: space.rootId };
  await home.exclusively(async () => {
    writeMark(root, pair.id, account.id);
    reached('add.marked');
    await home.savePair(pair);
  });
  return pair;
}
