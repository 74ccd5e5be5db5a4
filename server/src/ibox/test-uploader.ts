import { createHash, randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../db/database.ts';
import { diskStore } from '../objects/disk.ts';
import { inPieces, openTestRoom, testActor } from './test-room.ts';

/** For the kill test: uploads for ever into a folder's hub data, and prints a line for each file that was answered for. */
const [folder = '', run = ''] = process.argv.slice(2);
const db = await openDatabase(join(folder, 'hub.sqlite'));
const { ibox } = await openTestRoom(db, await diskStore(join(folder, 'objects')));
const actor = testActor('amina');
const rootId = (await ibox.listSpaces(actor))[0]?.rootId ?? '';

async function uploadForEver(uploader: number): Promise<void> {
  for (let n = 0; ; n++) {
    const bytes = randomBytes(randomInt(2) ? randomInt(20_000) : randomInt(20_000_000));
    const name = `${run}-${uploader}-${n}`;
    const target = { parentId: rootId, name, onConflict: 'refuse' } as const;
    await ibox.putFile(actor, target, inPieces(bytes), {});
    process.stdout.write(`${name} ${createHash('sha256').update(bytes).digest('hex')}\n`);
  }
}
await Promise.all([1, 2, 3].map(uploadForEver));
