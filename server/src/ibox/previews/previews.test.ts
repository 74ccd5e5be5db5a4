import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Node } from '@diwan/protocol/ibox.ts';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Db, openDatabase } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { inPieces, openTestRoom, testPerson } from '../test-room.ts';

let db: Db;
let room: Awaited<ReturnType<typeof openTestRoom>>;
let amina: Actor;
let root: string;
beforeAll(async () => {
  db = await openDatabase(':memory:');
  room = await openTestRoom(db);
  amina = await testPerson(db, 'Amina');
  root = (await room.ibox.listSpaces(amina))[0]?.rootId as string;
});
afterAll(async () => {
  await room.close();
  await db.destroy();
});

const put = (name: string, bytes: Uint8Array | string): Promise<Node> =>
  room.ibox.putFile(amina, { parentId: root, name, onConflict: 'replace' }, inPieces(Buffer.from(bytes)), {
    maxBytes: 1e9,
  });
const picture = async (id: string, edge: number) => (await room.ibox.previews.picture(amina, id, edge)).bytes();
/** An A4 page, drawn by PostScript-like `commands`. */
const pdf = (commands: string) => `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>endobj
4 0 obj<</Length ${commands.length}>>stream
${commands}
endstream endobj
trailer<</Root 1 0 R>>
%%EOF`;
const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } });

it('R-44 a photograph comes upright, small and without its metadata', async () => {
  const photo = await plain(900, 600, 'red')
    .jpeg()
    .withExif({ IFD0: { Copyright: 'secret-name' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '36/1 45/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .toBuffer();
  expect((await sharp(photo).metadata()).orientation).toBe(6);
  const { id } = await put('photo.jpg', photo);
  const small = await picture(id, 256);
  const shown = await sharp(small).metadata();
  expect(shown).toMatchObject({ format: 'webp', width: 171, height: 256 });
  expect([shown.exif, shown.orientation, shown.xmp, shown.iptc]).toEqual([undefined, undefined, undefined, undefined]);
  // Never made larger than it is.
  expect(await sharp(await picture(id, 1600)).metadata()).toMatchObject({ width: 600, height: 900 });
});

it('R-44 of a moving picture the first, of a drawing its pixels', async () => {
  const frames = [await plain(60, 40, 'blue').png().toBuffer(), await plain(60, 40, 'red').png().toBuffer()];
  const moving = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100] })
    .toBuffer();
  expect((await sharp(moving).metadata()).pages).toBe(2);
  const first = await picture((await put('moving.gif', moving)).id, 256);
  const { dominant } = await sharp(first).stats();
  expect(dominant.b).toBeGreaterThan(200);
  expect(dominant.r).toBeLessThan(60);
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="50" height="50">
    <script>throw 1</script><rect width="50" height="50" fill="lime"/>
    <image xlink:href="file://${join(import.meta.dirname, '../../../../docs/diwan.png')}" width="50" height="50"/></svg>`;
  const drawn = await picture((await put('drawing.svg', drawing)).id, 256);
  expect(await sharp(drawn).metadata()).toMatchObject({ format: 'webp', width: 50 });
  expect(Buffer.from(drawn).includes('script')).toBe(false);
});

it('R-44 of a PDF the first page, on white', async () => {
  const first = await picture((await put('rapport.pdf', pdf('1 0 0 rg 0 0 300 400 re f'))).id, 256);
  const { data, info } = await sharp(first).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 180, height: 256, channels: 3 });
  const colour = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  const [red, green] = colour(20, 240) as [number, number];
  expect(red - green).toBeGreaterThan(150);
  expect(Math.min(...colour(160, 20))).toBeGreaterThan(240);
});

it('R-44 what is huge, damaged or not what it says is refused, and the next picture comes', async () => {
  const huge = await sharp({ create: { width: 11_000, height: 10_000, channels: 3, background: 'black' } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const photo = await plain(2000, 2000, 'green').png().toBuffer();
  const entities = `<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 12 }, (_, i) => `<!ENTITY a${i} "${`&a${i ? i - 1 : ''};`.repeat(10)}">`).join('')}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&a11;</text></svg>`;
  const bad: [string, Uint8Array | string][] = [
    ['huge.png', huge],
    ['noise.jpg', randomBytes(50_000)],
    ['cut.png', photo.subarray(0, photo.length / 2)],
    ['empty.webp', ''],
    ['page.png', '<html><script>1</script></html>'],
    ['entities.svg', entities],
    ['nested.svg', `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${'<g>'.repeat(200_000)}`],
    ['document.pdf', '%PDF-1.4'],
    ['thin.pdf', pdf('').replace('595', '0.001')],
    ['noise.pdf', randomBytes(50_000)],
  ];
  for (const [name, bytes] of bad) {
    const { id } = await put(name, bytes);
    for (let again = 0; again < 2; again++)
      await expect(picture(id, 256), name).rejects.toMatchObject({ code: 'preview_unavailable' });
  }
  expect((await sharp(await picture((await put('fine.png', photo)).id, 256)).metadata()).width).toBe(256);
}, 60_000);

it('is made once, made again when damaged, gone with its content, and only for who may read the file', async () => {
  const { id, sha256 } = await put('once.png', await plain(300, 300, 'orange').png().toBuffer());
  const [one, same] = await Promise.all([picture(id, 256), picture(id, 256)]);
  expect(same).toBe(one);
  const files = await readdir(room.folder, { recursive: true });
  const kept = join(room.folder, files.find((name) => name.includes(`${sha256}-256`)) as string);
  expect((await readFile(kept)).equals(one)).toBe(true);
  await writeFile(kept, Buffer.alloc(one.length));
  expect(Buffer.from(await picture(id, 256)).equals(one)).toBe(true);
  expect((await readFile(kept)).equals(one)).toBe(true);

  const karim = await testPerson(db, 'Karim');
  await expect(room.ibox.previews.picture(karim, id, 256)).rejects.toMatchObject({ code: 'not_found' });
  await expect(room.ibox.previews.text(karim, id)).rejects.toMatchObject({ code: 'not_found' });

  const row = { sha256: 'f'.repeat(64), edge: 256, hash: '', length: 1, createdAt: 1 };
  await db.insertInto('previews').values(row).execute();
  expect(await room.ibox.previews.collect()).toBe(1);
  expect(Buffer.from(await picture(id, 256)).equals(one)).toBe(true);
});

it('R-44 texts in the encodings people have', async () => {
  const text = async (name: string, bytes: Uint8Array | string) =>
    room.ibox.previews.text(amina, (await put(name, bytes)).id);
  expect(await text('a.txt', 'été أهلا 😀')).toEqual({ text: 'été أهلا 😀', truncated: false });
  expect((await text('utf16.txt', Buffer.from('\ufeffété', 'utf16le'))).text).toBe('été');
  expect((await text('old.txt', Buffer.from('été', 'latin1'))).text).toBe('été');
  expect((await text('code.rs', 'fn main() {}')).text).toBe('fn main() {}');
  expect((await text('page.html', '<script>1</script>')).text).toBe('<script>1</script>');
  const long = await text('long.log', `a${'é'.repeat(700_000)}`);
  expect(long.truncated).toBe(true);
  expect(long.text).toBe(`a${'é'.repeat(524_287)}`);
  for (const bytes of [Buffer.from([1, 0, 2]), Buffer.from('été', 'latin1')])
    await expect(text('unknown.bin', bytes)).rejects.toMatchObject({ code: 'preview_unavailable' });
});
