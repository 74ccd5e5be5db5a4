import type { Db } from '../../db/database.ts';
import { pathsTo } from '../tree/ancestors.ts';

/** A version of a file, as an operator can find it and tell its owner. */
export interface DamagedFile {
  /** Mail address of the account that owns the space. */
  owner: string;
  /** In that space. */
  path: string;
  nodeId: string;
  version: number;
  isNewest: boolean;
  isInTrash: boolean;
}

export interface DamagedFiles {
  files: DamagedFile[];
  /** There are more than these. */
  isCut: boolean;
}

const mostNamed = 1000;

/** The versions of files that need bytes of a pack, of chunks or of a content; or one version. */
export async function filesOf(
  db: Db,
  damaged:
    | { packId: string }
    | { hashes: readonly Uint8Array[] }
    | { contentId: string }
    | { nodeId: string; version?: number },
): Promise<DamagedFiles> {
  let query = db
    .selectFrom('nodes')
    .leftJoin('versions', 'versions.nodeId', 'nodes.id')
    .innerJoin('spaces', 'spaces.id', 'nodes.spaceId')
    .innerJoin('accounts', 'accounts.id', 'spaces.ownerId')
    .select(['nodes.id', 'nodes.deletedWith', 'nodes.version as newest', 'versions.version', 'accounts.email'])
    .orderBy('nodes.id')
    .orderBy('versions.version', 'desc')
    .limit(mostNamed + 1);
  if ('nodeId' in damaged) {
    query = query.where('nodes.id', '=', damaged.nodeId);
    query = query.where('versions.version', '=', damaged.version ?? ((e) => e.ref('nodes.version')));
  } else if ('contentId' in damaged) {
    query = query.where('versions.contentId', '=', damaged.contentId);
  } else {
    let holding = db.selectFrom('contentChunks').select('contentId');
    if ('hashes' in damaged) holding = holding.where('hash', 'in', damaged.hashes);
    else
      holding = holding.where('hash', 'in', (e) =>
        e.selectFrom('chunks').select('chunks.hash').where('packId', '=', damaged.packId),
      );
    query = query.where('versions.contentId', 'in', holding);
  }
  const rows = await query.execute();
  const named = rows.slice(0, mostNamed);
  const paths = await pathsTo(
    db,
    named.map(({ id }) => id),
  );
  const files = named.map(({ id, email, newest, deletedWith, version }) => ({
    owner: email,
    // The first is the space's root, which has the space's name.
    path: `/${(paths.get(id) ?? [])
      .slice(1)
      .map(({ name }) => name)
      .join('/')}`,
    nodeId: id,
    version: version ?? newest,
    isNewest: (version ?? newest) === newest,
    isInTrash: deletedWith !== null,
  }));
  return { files, isCut: rows.length > mostNamed };
}
