import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { signedInAdmin } from '../contract/client.ts';
import { program } from '../services/available.ts';
import { startHub } from '../services/hub.ts';
import { againstLimit, type Figure, median, reporter, sayLoad } from './figure.ts';
import { type Machine, startMachine, startRsync } from './sync-peers.ts';
import { MiB, seconds, writeNoise } from './transfer.ts';

/** npm run bench:sync [-- --json --size MIB --files N --rounds N --only small,rename,delete,large,insert,overwrite,save,idle] */
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    size: { type: 'string', default: '1024' },
    files: { type: 'string', default: '10000' },
    idle: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'small,rename,delete,large,insert,overwrite,save,idle' },
  },
});
const size = Number(options.size) * MiB;
const files = Number(options.files);
const rounds = Number(options.rounds);
const wanted = new Set(options.only.split(','));
const report = reporter(options.json);
const folder = await mkdtemp(join(tmpdir(), 'diwan-bench-'));

interface Timed {
  /** Seconds until the second machine was equal and durable; of rsync in the same round. */
  ours: number;
  rsync: number | undefined;
  /** On each of the two lines. */
  sent: number;
  fetched: number;
}
const times = new Map<string, Timed[]>();
const saves: number[] = [];
const idles: { share: number; mib: number }[] = [];
const starts: number[] = [];

sayLoad('before');
for (const peer of ['rsync', 'unison', 'syncthing'])
  if (!program(peer)) console.error(`${peer} is not installed: its figures are left out`);
  else if (peer !== 'rsync') console.error(`${peer} is installed, but only rsync is measured here`);
try {
  for (let round = 0; round < rounds; round++) await playRound(join(folder, `round-${round}`));
  tell();
  sayLoad('after');
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function playRound(at: string): Promise<void> {
  mkdirSync(at);
  const hub = await startHub({ HUB_LOG_LEVEL: 'warn', HUB_MAX_UPLOAD_BYTES: String(64 * 1024 ** 3) });
  const client = await signedInAdmin(hub);
  const a = await startMachine(hub, client, at, 'A');
  const b = await startMachine(hub, client, at, 'B');
  const rsync = await startRsync(at);
  try {
    const play = (name: string, change: () => Changed | Promise<Changed>) => timed(name, { a, b, rsync }, change);
    if (['small', 'rename', 'delete', 'idle'].some((name) => wanted.has(name))) {
      await play('small', () => writeSmallFiles(a.root));
      if (wanted.has('idle')) {
        await idle([a, b]);
        starts.push(await a.restart());
        await idle([a]);
      }
      if (wanted.has('rename')) {
        const many = Array.from({ length: Math.min(1000, files) }, (_, n) => `file ${n}`);
        await play('rename.ready', () => {
          mkdirSync(join(a.root, 'many'));
          for (const name of many) writeFileSync(join(a.root, 'many', name), randomBytes(4096));
          return ['many', ...many.map((name) => `many/${name}`)];
        });
        await play('rename', () => {
          renameSync(join(a.root, 'many'), join(a.root, 'renamed'));
          return ['many', 'renamed', ...many.map((name) => `renamed/${name}`)];
        });
      }
      if (wanted.has('delete')) await play('delete', () => deleteHalf(a.root));
    }
    if (['large', 'insert', 'overwrite'].some((name) => wanted.has(name))) {
      const path = join(a.root, 'large.bin');
      const replace = () => {
        renameSync(fresh, path);
        return ['large.bin'];
      };
      const fresh = join(at, 'large.bin');
      await writeNoise(fresh, size);
      await play('large', replace);
      if (wanted.has('insert')) {
        await withInserted(path, fresh);
        await play('insert', replace);
      }
      if (wanted.has('overwrite')) await play('overwrite', () => overwrite(path));
    }
    if (wanted.has('save')) await measureSaves(a, b);
  } finally {
    await rsync?.stop();
    await a.stop();
    await b.stop();
    await hub.stop();
    await rm(at, { recursive: true, force: true });
  }
}

/** Paths that are otherwise now, each folder before what is in it. */
type Changed = readonly string[];

/** Changes A, and waits until B is equal: by names, sizes and times while it waits, by every byte afterwards. */
async function timed(
  name: string,
  { a, b, rsync }: { a: Machine; b: Machine; rsync: Awaited<ReturnType<typeof startRsync>> },
  change: () => Changed | Promise<Changed>,
): Promise<void> {
  const before = [a.bytes(), b.bytes()] as const;
  const changed = await change();
  const ours = await seconds(async () => {
    await untilEqual(a.root, b.root, changed);
    syncFolders(b.root);
  });
  const [sent, fetched] = [a.bytes() - before[0], b.bytes() - before[1]];
  if ((await contents(a.root)) !== (await contents(b.root))) throw new Error(`${name}: the trees differ`);
  // Both agents come to rest before rsync has the machine.
  await sleep(1500);
  const theirs = rsync && (await seconds(() => rsync.copy(a.root)));
  times.set(name, [...(times.get(name) ?? []), { ours, rsync: theirs, sent, fetched }]);
  console.error(`${name}: ${ours.toFixed(2)} s, rsync ${theirs?.toFixed(2) ?? '-'} s, ${sent} and ${fetched} bytes`);
}

function smallFiles(most: number): string[] {
  return Array.from({ length: most }, (_, n) => `folder ${n % 100}/file ${n}`);
}

function writeSmallFiles(root: string): Changed {
  const folders = Array.from({ length: 100 }, (_, n) => `folder ${n}`);
  for (const folder of folders) mkdirSync(join(root, folder));
  for (const path of smallFiles(files)) writeFileSync(join(root, path), randomBytes(4096));
  return [...folders, ...smallFiles(files)];
}

/** A quarter to a half of all, as a person clears up: never so much that the agent asks whether it is meant. */
function deleteHalf(root: string): Changed {
  const most = smallFiles(Math.min(5000, Math.floor(files * 0.45)));
  for (const path of most) rmSync(join(root, path));
  return most;
}

async function withInserted(path: string, fresh: string): Promise<void> {
  const middle = Math.floor(size / 2);
  const out = createWriteStream(fresh);
  await pipeline(async function* () {
    yield* createReadStream(path, { end: middle - 1 });
    yield randomBytes(1024);
    yield* createReadStream(path, { start: middle });
  }, out);
}

function overwrite(path: string): Changed {
  const file = openSync(path, 'r+');
  writeSync(file, randomBytes(4096), 0, 4096, Math.floor(size / 3));
  closeSync(file);
  return [basename(path)];
}

/** From the end of a write on A to the bytes being there on B. */
async function measureSaves(a: Machine, b: Machine): Promise<void> {
  for (let n = 0; n < 30; n++) {
    const [here, there] = [join(a.root, 'saved.txt'), join(b.root, 'saved.txt')];
    const text = randomBytes(2000).toString('hex');
    writeFileSync(here, text);
    const begin = performance.now();
    while (!existsSync(there) || readFileSync(there, 'utf8') !== text) await sleep(2);
    saves.push(performance.now() - begin);
    await sleep(400 + Math.random() * 200);
  }
}

async function idle(machines: Machine[]): Promise<void> {
  await sleep(3000);
  const from = machines.map((machine) => machine.used().seconds);
  const wait = Number(options.idle);
  await sleep(wait * 1000);
  machines.forEach((machine, n) => {
    const { seconds: now, mib } = machine.used();
    idles.push({ share: ((now - (from[n] as number)) / wait) * 100, mib });
  });
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // It went while it was looked at.
    return [];
  }
}

function* walk(root: string, under = ''): Generator<string, void, void> {
  for (const name of listed(join(root, under))) {
    const path = under === '' ? name : `${under}/${name}`;
    if (path === '.diwan') continue;
    yield path;
    if (looks(root, path) === '/') yield* walk(root, path);
  }
}

function looks(root: string, path: string): string | undefined {
  const stat = lstatSync(join(root, path), { throwIfNoEntry: false });
  return stat && (stat.isDirectory() ? '/' : `${stat.size} ${Math.floor(stat.mtimeMs)}`);
}

/** Waits for one path after the other: looking at all would take the machine from those who work. All is compared afterwards. */
async function untilEqual(here: string, there: string, paths: Iterable<string>): Promise<void> {
  for (const path of paths) {
    const wanted = looks(here, path);
    while (looks(there, path) !== wanted) await sleep(5);
  }
}

async function contents(root: string): Promise<string> {
  const sum = createHash('sha256');
  for (const path of walk(root)) {
    sum.update(`\n${path}\n`);
    if (!lstatSync(join(root, path)).isDirectory())
      for await (const piece of createReadStream(join(root, path))) sum.update(piece);
  }
  return sum.digest('hex');
}

/** Whatever the agent did: what is on the disk for good counts. */
function syncFolders(root: string): void {
  const handle = openSync(root, 'r');
  fsyncSync(handle);
  closeSync(handle);
  for (const entry of readdirSync(root, { withFileTypes: true }))
    if (entry.isDirectory()) syncFolders(join(root, entry.name));
}

function tell(): void {
  const beside = (name: string, atMost: number) => {
    const all = times.get(name);
    if (!all || !wanted.has(name)) return;
    const ratios = all.flatMap(({ ours, rsync }) => (rsync === undefined ? [] : [ours / rsync]));
    if (ratios.length === 0) return;
    const ratio = median(ratios);
    const rounded = (value: number) => Number(value.toPrecision(3));
    const figure: Figure = {
      figure: `sync.${name}`,
      value: rounded(median(all.map(({ ours }) => ours))),
      unit: 's',
      floor: rounded(median(all.map(({ rsync }) => rsync ?? 0))),
      floorIs: 'rsync -a --fsync',
      ratio: rounded(ratio),
      target: `ratio <= ${atMost}`,
      holds: ratio <= atMost,
      rounds: all.length,
      spread: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
    };
    report(figure);
  };
  const limit = (figure: string, unit: string, atMost: number, values: readonly number[] | undefined) => {
    if (values && values.length > 0) report(againstLimit({ figure, unit, atMost }, values));
  };
  const wire = (name: string) =>
    wanted.has(name) ? times.get(name)?.map(({ sent, fetched }) => Math.max(sent, fetched) / 1024) : undefined;
  beside('small', 1.2);
  beside('large', 2.5);
  beside('insert', 2);
  limit('sync.insert.wire', 'KiB', 1024, wire('insert'));
  beside('overwrite', 2);
  limit('sync.overwrite.wire', 'KiB', 1024, wire('overwrite'));
  const only = (name: string) => (wanted.has(name) ? times.get(name)?.map(({ ours }) => ours) : undefined);
  limit('sync.rename', 's', 0.4, only('rename'));
  limit('sync.rename.wire', 'KiB', 20, wire('rename'));
  limit('sync.delete', 's', 1.5, only('delete'));
  const sorted = saves.toSorted((x, y) => x - y);
  limit('sync.save.p50', 'ms', 150, sorted.length > 0 ? [median(sorted)] : []);
  limit('sync.save.p95', 'ms', 400, sorted.slice(Math.floor(sorted.length * 0.95)).slice(0, 1));
  limit('sync.start', 's', 8, starts);
  limit(
    'sync.idle.cpu',
    '%',
    0.5,
    idles.map(({ share }) => share),
  );
  limit(
    'sync.idle.rss',
    'MiB',
    150,
    idles.map(({ mib }) => mib),
  );
}
