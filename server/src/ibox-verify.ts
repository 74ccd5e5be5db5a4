import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { openReadOnly } from './db/database.ts';
import { type Damage, type Progress, type Verified, verifyStore } from './ibox/chunks/verify.ts';
import { diskStore } from './objects/disk.ts';
import { s3Store } from './objects/s3.ts';

/** `npm run ibox:verify`, beside a live hub or without one. Exit code 0: all is well, 1: there is damage, 2: it could not be run. */
const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;

const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

const printDamage = json
  ? (damage: Damage) => console.log(JSON.stringify({ damage }))
  : ({ kind, detail, files, isCut }: Damage) => {
      console.log(`DAMAGED ${kind}: ${detail}`);
      for (const { owner, path, version, isNewest, isInTrash } of files) {
        const which = `version ${version}${isNewest ? '' : ', not the newest'}${isInTrash ? ', in the trash' : ''}`;
        console.log(`  ${owner} ${JSON.stringify(path)} (${which})`);
      }
      if (isCut) console.log('  … and more');
    };

function printResult({ checked, orphans, damages }: Verified): void {
  if (json) {
    console.log(JSON.stringify({ clean: damages === 0, damages, checked, orphans }));
    return;
  }
  const { packs, chunks, bytes, contents, versions, files, spaces } = checked;
  console.log(
    `Looked at ${packs} packs (${mib(bytes)}), ${chunks} chunks, ${contents} contents, ${versions} versions,`,
  );
  console.log(`  ${files} files in ${spaces} spaces.`);
  console.log(
    `Not referred to, collected in time: ${orphans.contents} contents (${mib(orphans.contentBytes)}), ${orphans.packs} unfinished packs,`,
  );
  console.log(`  ${mib(orphans.deadBytes)} in packs; ${orphans.objects} objects that the database does not know.`);
  console.log(damages === 0 ? 'Everything is as it was stored.' : `${damages} damages found.`);
}

/** A line every few seconds, beside the report. */
function progressPrinter() {
  let last = Date.now();
  return ({ step, done, of, bytes }: Progress) => {
    if (Date.now() - last < 5000) return;
    last = Date.now();
    console.error(`${step}: ${done} of ${of}${bytes > 0 ? `, ${mib(bytes)}` : ''}`);
  };
}

try {
  const config = readConfig(process.env);
  const db = await openReadOnly(config.database);
  const objects = config.s3
    ? await s3Store({ ...config.s3, isReadOnly: true })
    : await diskStore(path.join(config.dataDir, 'objects'), { isReadOnly: true });
  const verified = await verifyStore({ db, objects }, { damage: printDamage, progress: progressPrinter() });
  printResult(verified);
  await db.destroy();
  // S3's idle connections would keep the process.
  process.exit(verified.damages === 0 ? 0 : 1);
} catch (error) {
  console.error(`ibox:verify could not run: ${error instanceof Error ? error.message : error}`);
  process.exit(2);
}
