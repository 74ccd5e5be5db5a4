import type { Db } from '../../db/database.ts';
import type { Verifying } from './verify.ts';

/** Few enough to hold; the next question goes on after them. */
const atOnce = 500;

/** Every version has its content, every file says what its newest version has, every space what its live files take. */
export async function verifyTree(verifying: Verifying): Promise<{ versions: number; files: number; spaces: number }> {
  const { db, progress } = verifying;
  const counts = await countAll(db);
  const of = counts.versions + counts.files + counts.spaces;
  progress({ step: 'files', done: 0, of, bytes: 0 });
  await verifyVersions(verifying);
  progress({ step: 'files', done: counts.versions, of, bytes: 0 });
  await verifyNodes(verifying);
  progress({ step: 'files', done: counts.versions + counts.files, of, bytes: 0 });
  await verifyUsage(verifying);
  progress({ step: 'files', done: of, of, bytes: 0 });
  return counts;
}

async function countAll(db: Db) {
  const files = db.selectFrom('nodes').where('kind', '=', 'file').where('purgedAt', 'is', null);
  const tables = { versions: db.selectFrom('versions'), files, spaces: db.selectFrom('spaces') };
  const counts = { versions: 0, files: 0, spaces: 0 };
  for (const name of ['versions', 'files', 'spaces'] as const) {
    const { count } = await (tables[name] as typeof files)
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    counts[name] = count;
  }
  return counts;
}

async function verifyVersions({ db, tell }: Verifying): Promise<void> {
  const lost = await db
    .selectFrom('versions')
    .leftJoin('contents', 'contents.id', 'versions.contentId')
    .select(['nodeId', 'version', 'contentId'])
    .where('contents.sha256', 'is', null)
    .orderBy('nodeId')
    .orderBy('version')
    .execute();
  for (const { nodeId, version, contentId } of lost) {
    const detail = `version ${version} of node ${nodeId} has no finished content ${contentId}`;
    await tell('version_lost', detail, { nodeId, version });
  }
}

async function verifyNodes({ db, tell }: Verifying): Promise<void> {
  for (let after = ''; ; ) {
    const wrong = await db
      .selectFrom('nodes')
      .leftJoin('versions', (j) =>
        j.onRef('versions.nodeId', '=', 'nodes.id').onRef('versions.version', '=', 'nodes.version'),
      )
      .leftJoin('contents', 'contents.id', 'versions.contentId')
      .select(['nodes.id', 'nodes.size', 'nodes.sha256', 'contentId', 'contents.size as storedSize'])
      .where('kind', '=', 'file')
      .where('purgedAt', 'is', null)
      .where('nodes.id', '>', after)
      // What has a version without a content was told as that.
      .where((e) =>
        e.or([
          e('contentId', 'is', null),
          e('contents.size', '<>', e.ref('nodes.size')),
          e('contents.sha256', '<>', e.fn.coalesce('nodes.sha256', e.val(''))),
        ]),
      )
      .orderBy('nodes.id')
      .limit(atOnce)
      .execute();
    for (const { id, size, sha256, contentId, storedSize } of wrong) {
      const found = contentId === null ? 'it has no newest version' : `its newest version has ${storedSize} bytes`;
      await tell('file_wrong', `node ${id} says ${size} bytes, SHA-256 ${sha256}; ${found}`, { nodeId: id });
    }
    const last = wrong.at(-1);
    if (wrong.length < atOnce || !last) return;
    after = last.id;
  }
}

async function verifyUsage({ db, tell }: Verifying): Promise<void> {
  const wrong = await db
    .selectFrom((q) =>
      q
        .selectFrom('spaces')
        .innerJoin('accounts', 'accounts.id', 'spaces.ownerId')
        .select((e) => [
          'spaces.id',
          'spaces.usedBytes',
          'accounts.email',
          e
            .selectFrom('nodes')
            .select((n) => n.cast<number>(n.fn.coalesce(n.fn.sum('nodes.size'), n.lit(0)), 'bigint').as('bytes'))
            .whereRef('nodes.spaceId', '=', 'spaces.id')
            .where('nodes.kind', '=', 'file')
            .where('nodes.deletedWith', 'is', null)
            .as('liveBytes'),
        ])
        .as('usage'),
    )
    .select(['id', 'usedBytes', 'email', 'liveBytes'])
    .whereRef('usedBytes', '<>', 'liveBytes')
    .execute();
  for (const { id, usedBytes, email, liveBytes } of wrong) {
    const detail = `space ${id} of ${email} says ${usedBytes} bytes, its live files have ${liveBytes}`;
    await tell('usage_wrong', detail, undefined);
  }
}
