import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { accountClient } from '../pair.ts';
import { type Client, Refused } from '../remote/client.ts';
import { findFolder, foldersIn, type HubFolder, pathFrom } from '../remote/find-folder.ts';
import type { Home, SavedPair } from '../state/home.ts';
import { choosePairs, End, type Shell } from './shell.ts';

interface Chosen {
  list?: boolean;
  include?: string;
  exclude?: string;
}

/** `folders`. */
export function foldersCommand(program: Command, shell: Shell) {
  const { say, print } = shell;
  program
    .command('folders')
    .argument('[folder]', say.options.pair)
    .description(say.abouts.folders)
    .option('--list', say.options.list)
    .option('--exclude <path>', say.options.exclude)
    .option('--include <path>', say.options.include)
    .action(async (folder: string | undefined, { include, exclude }: Chosen) => {
      const home = shell.home();
      const pairs = choosePairs(shell, folder);
      const [first, second] = pairs;
      if (!first || (second && (include ?? exclude) !== undefined)) throw new End(exitCodes.usage, say.whichPair);
      let pair = first;
      if (exclude !== undefined) pair = await choose(pair, (client) => withExcluded(client, pair, exclude, shell));
      if (include !== undefined) pair = await choose(pair, (client) => withIncluded(client, pair, include, shell));
      for (const one of second ? pairs : [pair])
        for (const { id, path, excluded } of await listed(accountClient(home, one.accountId, shell.language), one))
          print({ event: 'folder', folder: one.root, id, path, excluded }, say.folderRow(path, excluded));

      async function choose(before: SavedPair, change: (client: Client) => Promise<string[]>): Promise<SavedPair> {
        const excluded = await change(accountClient(home, before.accountId, shell.language));
        return save(home, { ...before, excluded });
      }
    });
}

/** A running agent takes it up at once. */
async function save(home: Home, pair: SavedPair): Promise<SavedPair> {
  await home.exclusively(() => home.savePair(pair));
  return pair;
}

const topOf = ({ spaceId, rootId }: SavedPair): HubFolder => ({ spaceId, id: rootId, path: '', isReadOnly: false });

async function withExcluded(client: Client, pair: SavedPair, path: string, { say }: Shell): Promise<string[]> {
  if (pair.mode === 'upload') throw new End(exitCodes.usage, say.uploadHasAll);
  const found = await findFolder(client, topOf(pair), path);
  if (!found || found.id === pair.rootId || found.spaceId !== pair.spaceId)
    throw new End(exitCodes.usage, say.noSuchFolder(path));
  return [...new Set([...(pair.excluded ?? []), found.id])];
}

async function withIncluded(client: Client, pair: SavedPair, path: string, { say }: Shell): Promise<string[]> {
  const found = await findFolder(client, topOf(pair), path);
  const excluded = pair.excluded ?? [];
  if (!found) throw new End(exitCodes.usage, say.noSuchFolder(path));
  for (const id of excluded) {
    const above = id === found.id ? undefined : await whereIs(client, pair.rootId, id);
    if (above !== undefined && `${found.path}/`.startsWith(`${above}/`))
      throw new End(exitCodes.usage, say.aboveExcluded(above));
  }
  return excluded.filter((id) => id !== found.id);
}

/** The folders at the top, and those that are not wanted, wherever they are. */
async function listed(client: Client, pair: SavedPair) {
  const excluded = new Set(pair.excluded);
  const rows = (await foldersIn(client, pair.rootId))
    .filter(({ mount }) => !mount)
    .map(({ id, name }) => ({ id, path: name, excluded: excluded.delete(id) }));
  for (const id of excluded) {
    const path = await whereIs(client, pair.rootId, id);
    if (path !== undefined) rows.push({ id, path, excluded: true });
  }
  return rows.sort((a, b) => a.path.localeCompare(b.path));
}

const whereIs = (client: Client, top: string, id: string) =>
  pathFrom(client, top, id).catch((error) => {
    if (error instanceof Refused && error.code === 'not_found') return undefined;
    throw error;
  });
