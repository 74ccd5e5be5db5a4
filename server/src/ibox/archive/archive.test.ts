import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { bytesOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';
import { type ZipEntry, zip, zipLength } from './zip.ts';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diwan-zip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Name, size, sha256, time and kind of each entry, as Python's zipfile reads them after checking every CRC. */
async function readByPython(file: string): Promise<{ name: string; size: number; sha256: string }[]> {
  const script = `
import sys, json, zipfile, hashlib
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([{'name': i.filename, 'size': i.file_size, 'sha256': hashlib.sha256(z.read(i)).hexdigest()} for i in z.infolist()]))`;
  const { stdout } = await run('python3', ['-c', script, file], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout);
}

const file = (path: string, bytes: Uint8Array, modified = Date.UTC(2026, 10, 23, 8, 30, 2)): ZipEntry => ({
  path,
  size: bytes.length,
  modified,
  read: () => inPieces(bytes),
});
const directory = (path: string): ZipEntry => ({ ...file(path, new Uint8Array()), path: `${path}/` });

async function written(entries: ZipEntry[], name: string): Promise<string> {
  const path = join(folder, name);
  await pipeline(zip(entries), createWriteStream(path));
  expect((await stat(path)).size).toBe(zipLength(entries));
  return path;
}

it('unzip takes names in every script, empty files and folders, and the times', async () => {
  const bytes = randomBytes(300_000);
  const entries = [
    directory('Été'),
    file('Été/تقرير.pdf', bytes),
    file('Été/vide', new Uint8Array()),
    directory('Été/rien dedans'),
    file('ancien 😀.txt', Buffer.from('1970'), 0),
  ];
  const path = await written(entries, 'names.zip');
  await run('unzip', ['-t', path]);
  const into = join(folder, 'unzipped');
  await run('unzip', ['-q', path, '-d', into], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  expect((await readdir(into, { recursive: true })).sort()).toEqual(
    ['ancien 😀.txt', 'Été', 'Été/rien dedans', 'Été/vide', 'Été/تقرير.pdf'].sort(),
  );
  expect(sha256(await readFile(join(into, 'Été/تقرير.pdf')))).toBe(sha256(bytes));
  expect((await stat(join(into, 'Été/تقرير.pdf'))).mtimeMs).toBe(entries[1]?.modified);
  expect((await stat(join(into, 'ancien 😀.txt'))).mtimeMs).toBe(0);
});

it('70,000 entries need ZIP64, and are all there', async () => {
  const entries = Array.from({ length: 70_000 }, (_, i) =>
    i % 2 ? directory(`d/${i}`) : file(`f/${i}`, Buffer.from(`${i}`)),
  );
  const path = await written(entries, 'many.zip');
  const listed = await readByPython(path);
  expect(listed.length).toBe(70_000);
  expect(listed[69_998]).toEqual({ name: 'f/69998', size: 5, sha256: sha256(Buffer.from('69998')) });
  await run('unzip', ['-tqq', path], { maxBuffer: 64 * 1024 * 1024 });
}, 60_000);

it('a file over 4 GiB and what follows it have ZIP64 sizes and places', async () => {
  const piece = new Uint8Array(64 * 1024 * 1024);
  const size = 65 * piece.length;
  const big: ZipEntry = {
    ...file('big', new Uint8Array()),
    size,
    async *read() {
      for (let i = 0; i < 65; i++) yield piece;
    },
  };
  const entries = [big, file('after', Buffer.from('after'))];
  // Kept without its zeroes: only what a reader looks at.
  let at = 0;
  const kept: [number, Uint8Array][] = [];
  for await (const bytes of zip(entries)) {
    if (bytes.length < piece.length) kept.push([at, bytes]);
    at += bytes.length;
  }
  expect(at).toBe(zipLength(entries));
  const path = join(folder, 'big.zip');
  await writeFile(path, '');
  const script = `
import sys, json, zipfile
with open(sys.argv[1], 'r+b') as f:
    for at, data in json.load(sys.stdin):
        f.seek(at); f.write(bytes.fromhex(data))
z = zipfile.ZipFile(sys.argv[1])
print(json.dumps([[i.filename, i.file_size, i.header_offset, i.extract_version] for i in z.infolist()] + [z.read('after').decode()]))`;
  const child = run('python3', ['-c', script, path]);
  child.child.stdin?.end(JSON.stringify(kept.map(([place, bytes]) => [place, Buffer.from(bytes).toString('hex')])));
  const header = 30 + 3 + 9 + 20;
  expect(JSON.parse((await child).stdout)).toEqual([
    ['big', size, 0, 45],
    ['after', 5, header + size + 24, 45],
    'after',
  ]);
}, 60_000);

it('a file of another length than was told ends the archive with an error', async () => {
  for (const length of [9, 11]) {
    const wrong = { ...file('wrong', Buffer.alloc(length)), size: 10 };
    await expect(bytesOf(zip([wrong, file('next', Buffer.from('x'))]))).rejects.toThrow('instead of 10');
  }
});

onEachDatabase((open) => {
  it('R-40 an archive of folders has all of the tree and only the tree, names twice numbered, for who may read it', async () => {
    const db = await open();
    const room = await openTestRoom(db);
    const { ibox } = room;
    const amina = await testPerson(db, 'Amina');
    const karim = await testPerson(db, 'Karim');
    const root = (await ibox.listSpaces(amina))[0]?.rootId as string;
    const big = randomBytes(3_000_000);
    const put = (parentId: string, name: string, bytes: Uint8Array) =>
      ibox.putFile(amina, { parentId, name, onConflict: 'replace' }, inPieces(bytes), { maxBytes: 1e9 });
    const a = await ibox.createFolder(amina, { parentId: root, name: 'A' });
    const inner = await ibox.createFolder(amina, { parentId: a.id, name: 'intérieur' });
    await ibox.createFolder(amina, { parentId: inner.id, name: 'vide' });
    const old = await put(inner.id, 'rapport.bin', Buffer.from('old'));
    await put(inner.id, 'rapport.bin', big);
    const gone = await put(inner.id, 'gone.txt', Buffer.from('gone'));
    await ibox.deleteNode(amina, gone.id, {});
    const twin = await put(root, 'a', Buffer.from('a file of nearly the same name')).catch(() => undefined);
    expect(twin).toBeUndefined();
    const other = await put(inner.id, 'A', Buffer.from('inside'));
    const drive = await put(root, 'C:drive.txt', Buffer.from('drive'));

    const archive = await ibox.openArchive(amina, [a.id, other.id, a.id, drive.id]);
    expect(archive.name).toBe('Ibox.zip');
    const path = join(folder, `${db.constructor.name}-${old.id}.zip`);
    await pipeline(archive.read(), createWriteStream(path));
    expect((await stat(path)).size).toBe(archive.size);
    const empty = sha256(Buffer.alloc(0));
    const inside = { size: 6, sha256: sha256(Buffer.from('inside')) };
    expect((await readByPython(path)).sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual([
      { name: 'A (2)', ...inside },
      { name: 'A/', size: 0, sha256: empty },
      { name: 'A/intérieur/', size: 0, sha256: empty },
      { name: 'A/intérieur/A', ...inside },
      { name: 'A/intérieur/rapport.bin', size: big.length, sha256: sha256(big) },
      { name: 'A/intérieur/vide/', size: 0, sha256: empty },
      { name: 'C_drive.txt', size: 5, sha256: sha256(Buffer.from('drive')) },
    ]);
    expect((await ibox.openArchive(amina, [a.id])).name).toBe('A.zip');
    await expect(ibox.openArchive(karim, [a.id])).rejects.toMatchObject({ code: 'not_found' });
    await expect(ibox.openArchive(amina, [a.id, gone.id])).rejects.toMatchObject({ code: 'not_found' });
    await room.close();
  });
});
