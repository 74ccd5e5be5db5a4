import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { Space } from '@diwan/protocol/ibox.ts';
import { z } from 'zod';
import { exitCodes } from '../exit-codes.ts';
import { reached } from '../failpoints.ts';
import { accountClient } from '../pair.ts';
import type { Mode } from '../plan/merge.ts';
import type { Client } from '../remote/client.ts';
import { findFolder, personalRoot } from '../remote/find-folder.ts';
import type { SavedAccount, SavedPair } from '../state/home.ts';
import { readMark, writeMark } from '../state/pair-lock.ts';
import { End, type Shell } from './shell.ts';

/** The folder, or one around or within it, belongs to a pair already. */
export class FolderTaken extends Error {}

/** As a person says them. */
export const modeNames = { 'two-way': 'two-way', upload: 'upload-only', download: 'download-only' } as const;

/** @throws {End} */
export function modeOf(text: string, say: Shell['say']): Mode {
  const found = (Object.keys(modeNames) as Mode[]).find((mode) => modeNames[mode] === text);
  if (!found) throw new End(exitCodes.usage, say.badMode(text));
  return found;
}

/** What is shared for reading is only read. @throws {End | Refused | Unreachable} */
export async function requireRights(client: Client, spaceId: string, mode: Mode, say: Shell['say']): Promise<void> {
  const spaces = await client.ask(z.array(Space), '/api/ibox/spaces');
  const role = spaces.find(({ id }) => id === spaceId)?.role;
  if (role === 'reader' && mode !== 'download') throw new End(exitCodes.usage, say.onlyReader);
}

/**
 * Pairs a folder (made if need be) with the account's personal space, or with a folder that shows in it.
 * @throws {FolderTaken | End | Refused | Unreachable}
 */
export async function addPair(
  shell: Shell,
  account: SavedAccount,
  folder: string,
  { path, mode: wanted }: { path?: string | undefined; mode?: string | undefined } = {},
): Promise<SavedPair> {
  const { say, language } = shell;
  const home = shell.home();
  const mode = wanted === undefined ? undefined : modeOf(wanted, say);
  mkdirSync(resolve(folder), { recursive: true });
  const root = realpathSync(resolve(folder));
  const overlaps = (other: string) => `${root}${sep}`.startsWith(`${other}${sep}`) || other.startsWith(`${root}${sep}`);
  const mark = readMark(root);
  // One of an account of this home, but of no pair: a folder whose adding was cut off.
  const isTaken = mark !== undefined && !home.accounts().some(({ id }) => id === mark.account);
  if (isTaken || home.pairs().some((pair) => overlaps(pair.root))) throw new FolderTaken(root);
  const client = accountClient(home, account.id, language);
  const there = await findFolder(client, await personalRoot(client), path ?? '');
  if (!there) throw new End(exitCodes.usage, say.noSuchFolder(path ?? ''));
  if (there.isReadOnly && mode !== undefined && mode !== 'download') throw new End(exitCodes.usage, say.onlyReader);
  const chosen = mode ?? (there.isReadOnly ? 'download' : undefined);
  const pair: SavedPair = {
    ...{ id: randomUUID(), accountId: account.id, root, spaceId: there.spaceId, rootId: there.id },
    ...(chosen && { mode: chosen }),
  };
  await home.exclusively(async () => {
    writeMark(root, pair.id, account.id);
    reached('add.marked');
    await home.savePair(pair);
  });
  return pair;
}
