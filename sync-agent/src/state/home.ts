import {
  closeSync,
  type FSWatcher,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  watch,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { reached } from '../failpoints.ts';
import { takeLock } from './process-lock.ts';
import { defaults, Settings } from './settings.ts';

/** An account on one hub; its tokens are in accounts.json, readable by its owner only, and empty once it is signed out. */
export const SavedAccount = z.object({
  id: z.string(),
  hub: z.string(),
  email: z.string(),
  machine: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
});
export type SavedAccount = z.infer<typeof SavedAccount>;

/** One folder here, kept equal to one space there. */
export const SavedPair = z.object({
  id: z.string(),
  accountId: z.string(),
  root: z.string(),
  spaceId: z.string(),
  /** The folder there: the space's root, or one in it. */
  rootId: z.string(),
  /** It is being removed: nobody works on it any more. */
  leaving: z.boolean().optional(),
  /** Which side may be changed (docs/adr/0013); both, where nothing is said. */
  mode: z.enum(['two-way', 'upload', 'download']).optional(),
  /** Folders there that are not wanted here, by their ids. */
  excluded: z.array(z.string()).optional(),
});
export type SavedPair = z.infer<typeof SavedPair>;

/** The agent's own folder: accounts, pairs, and what was agreed. */
export interface Home {
  dir: string;
  accounts(): SavedAccount[];
  pairs(): SavedPair[];
  saveAccount(account: SavedAccount): Promise<void>;
  savePair(pair: SavedPair): Promise<void>;
  dropPair(id: string): Promise<void>;
  settings(): Settings;
  saveSettings(change: (settings: Settings) => Settings): Promise<void>;
  /** Calls `changed` soon after accounts, pairs or settings are written by anyone. @returns ends it */
  watch(changed: () => void): () => void;
  /** Runs `work` while no other process changes the settings or renews a token. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

/** Where the system tells no changes, or is out of watches, the files are looked at so often. */
const LOOK_EVERY_MS = 5000;

/** @param dir --home, else DIWAN_SYNC_HOME, else `diwan-sync` in the user's configuration folder */
export function openHome(dir?: string): Home {
  const chosen =
    dir ?? process.env.DIWAN_SYNC_HOME ?? join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'diwan-sync');
  mkdirSync(join(chosen, 'pairs'), { recursive: true, mode: 0o700 });
  const at = (name: string) => join(chosen, name);
  const [accountsFile, pairsFile, settingsFile, lock] = [at(files[0]), at(files[1]), at(files[2]), at('lock.db')];
  const accounts = () => readJson(accountsFile, z.array(SavedAccount)) ?? [];
  const pairs = () => readJson(pairsFile, z.array(SavedPair)) ?? [];

  const settings = () => readJson(settingsFile, Settings) ?? defaults;

  const exclusively = async <T>(work: () => Promise<T>): Promise<T> => {
    let unlock = takeLock(lock);
    for (; !unlock; unlock = takeLock(lock)) await sleep(20 + Math.random() * 60);
    try {
      return await work();
    } finally {
      unlock();
    }
  };

  return {
    dir: chosen,
    accounts,
    pairs,
    saveAccount: async (account) =>
      writeDurably(accountsFile, [...accounts().filter(({ id }) => id !== account.id), account]),
    savePair: async (pair) => writeDurably(pairsFile, [...pairs().filter(({ id }) => id !== pair.id), pair]),
    dropPair: async (id) =>
      writeDurably(
        pairsFile,
        pairs().filter((pair) => pair.id !== id),
      ),
    settings,
    saveSettings: (change) => exclusively(async () => writeDurably(settingsFile, change(settings()))),
    watch(changed) {
      // Each is replaced whole: another file, another number.
      const look = () =>
        files
          .map((name) => statSync(at(name), { throwIfNoEntry: false }))
          .map((stat) => `${stat?.ino} ${stat?.mtimeMs}`)
          .join();
      let seen = look();
      const check = () => {
        const now = look();
        if (now === seen) return;
        seen = now;
        changed();
      };
      const timer = setInterval(check, LOOK_EVERY_MS);
      let watcher: FSWatcher | undefined;
      try {
        watcher = watch(chosen, check).on('error', () => watcher?.close());
      } catch {
        // The timer looks.
      }
      return () => {
        clearInterval(timer);
        watcher?.close();
      };
    },
    exclusively,
  };
}

const files = ['accounts.json', 'pairs.json', 'settings.json'] as const;

function readJson<T extends z.ZodType>(file: string, contract: T): z.output<T> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return contract.parse(JSON.parse(text));
}

/** Replaces a JSON file whole: a reader, or a crash, finds the old one or the new one. Mode 0600. For one writer at a time. */
export function writeDurably(file: string, value: unknown) {
  const temporary = `${file}.new`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(value, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  reached('settings.written');
  renameSync(temporary, file);
}
