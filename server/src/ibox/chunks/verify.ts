import type { Db } from '../../db/database.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { verifyContents } from './verify-contents.ts';
import { type DamagedFiles, filesOf } from './verify-files.ts';
import { countOrphans, type Orphans } from './verify-orphans.ts';
import { verifyPacks } from './verify-packs.ts';
import { verifyTree } from './verify-tree.ts';

export type DamageKind =
  /** A pack that the database counts on is not in the store. */
  | 'pack_missing'
  /** A pack ends before all of its chunks do. */
  | 'pack_short'
  /** A chunk's bytes are not those of its name. */
  | 'chunk_wrong'
  /** A content's chunks do not lie one after the other from its beginning to its end. */
  | 'content_untiled'
  /** A content's bytes do not hash to what it says. */
  | 'content_wrong'
  /** A version without a content, or with one that is unfinished. */
  | 'version_lost'
  /** A file's size or hash is not that of its newest version. */
  | 'file_wrong'
  /** A space's usage is not the sum of its live files. */
  | 'usage_wrong';

export interface Damage extends DamagedFiles {
  kind: DamageKind;
  /** What is damaged, by its id in the database, and how. */
  detail: string;
}

export interface Progress {
  step: 'packs' | 'contents' | 'files' | 'orphans';
  done: number;
  of: number;
  bytes: number;
}

/** What verifying works with. */
export interface Verifying {
  db: Db;
  objects: ObjectStore;
  /** Packs with a damage that was told: what reads from them need not tell it again. */
  damagedPacks: Set<string>;
  tell(kind: DamageKind, detail: string, of: Parameters<typeof filesOf>[1] | undefined): Promise<void>;
  progress(at: Progress): void;
}

export interface Verified {
  /** How much was looked at. */
  checked: {
    packs: number;
    chunks: number;
    /** Of packs. */
    bytes: number;
    contents: number;
    versions: number;
    files: number;
    spaces: number;
  };
  /** What nothing refers to: collected in time, no damage. */
  orphans: Orphans;
  damages: number;
}

/**
 * Reads everything that is stored and compares it with its hashes and with what the database says of it. It writes nothing, holds one
 * pack in memory, and may run beside a live hub: what looks damaged is looked at again before it is told, as it may have gone meanwhile.
 * @throws {HubError} storage_unavailable
 */
export async function verifyStore(
  deps: { db: Db; objects: ObjectStore },
  told: { damage(damage: Damage): void; progress?(at: Progress): void },
): Promise<Verified> {
  let damages = 0;
  const verifying: Verifying = {
    ...deps,
    damagedPacks: new Set(),
    async tell(kind, detail, of) {
      damages++;
      const files = of === undefined ? { files: [], isCut: false } : await filesOf(deps.db, of);
      told.damage({ kind, detail, ...files });
    },
    progress: (at) => told.progress?.(at),
  };
  const packs = await verifyPacks(verifying);
  const contents = await verifyContents(verifying);
  const tree = await verifyTree(verifying);
  const orphans = await countOrphans(verifying);
  return { checked: { ...packs, contents, ...tree }, orphans, damages };
}
