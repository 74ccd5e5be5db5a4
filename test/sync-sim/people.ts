import type { Node } from '@diwan/protocol/ibox.ts';
import type { FakeDisk, Inode } from './fake-disk.ts';
import type { Hub } from './hub.ts';
import { type Ledger, sha256 } from './ledger.ts';

export const ROOT = '/m';
const OWN = '.diwan';
/** Longer files go by themselves, in many chunks. */
const LONG = 4 * 1024 * 1024;
const MOST_LONG = 2;

interface Spot {
  path: string;
  name: string;
  folder: Inode;
  inode: Inode;
}

/** Everything a person sees in a folder, parents first. */
export function visible(disk: FakeDisk, from: Inode = disk.root, path = ROOT): Spot[] {
  const found: Spot[] = [];
  for (const [name, inode] of disk.list(from)) {
    if (name === OWN) continue;
    const at = `${path}/${name}`;
    found.push({ path: at, name, folder: from, inode });
    if (inode.kind === 'folder') found.push(...visible(disk, inode, at));
  }
  return found;
}

const plain = ['a', 'b', 'c', 'd.txt', 'e.tar.gz'];
const awkward = [...plain, 'A', 'B', 'D.TXT', 'é'.normalize('NFC'), 'é'.normalize('NFD'), 'É'];
const oddTimes = [0, -11_644_473_600_000, 4_102_444_800_000];

export interface Done {
  /** For the one who reads a broken seed. */
  did: string;
  /** Which kind of edit that was; none when nothing came of it. */
  kind?: string | undefined;
}

/** Somebody who works on the files of one machine, as programs do it. */
export function personAt(disk: FakeDisk, ledger: Ledger, random: () => number, who: string, isPlain: boolean) {
  const names = isPlain ? plain : awkward;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const isLong = ({ inode }: Spot) => inode.bytes.length > LONG;
  const files = () => visible(disk).filter(({ inode }) => inode.kind === 'file');
  const folders = () => visible(disk).filter(({ inode }) => inode.kind === 'folder' && !inode.denied);
  const aFolder = () => (random() < 0.35 ? ROOT : (pick(folders())?.path ?? ROOT));
  const aPlace = () => `${aFolder()}/${pick(names)}`;
  const parent = (path: string) => path.slice(0, path.lastIndexOf('/'));

  function put(file: Inode, bytes: Buffer, mtime?: number) {
    if (file.bytes.length > 0) ledger.removed(sha256(file.bytes));
    ledger.wrote(bytes, who);
    file.bytes = bytes;
    disk.touched(file);
    file.mtimeMs = mtime ?? disk.now();
    delete file.durable;
  }
  function create(path: string, bytes = ledger.fresh(random)) {
    const file = disk.verbs.create(path);
    put(file, bytes);
    return file;
  }
  function gone(inode: Inode) {
    if (inode.kind === 'file') ledger.removed(sha256(inode.bytes));
    for (const { inode: inside } of inode.kind === 'folder' ? visible(disk, inode) : [])
      if (inside.kind === 'file') ledger.removed(sha256(inside.bytes));
  }
  function removeAll({ path, inode }: { path: string; inode: Inode }) {
    gone(inode);
    for (const spot of visible(disk, inode, path).reverse())
      if (spot.inode.kind === 'folder') disk.verbs.rmdir(spot.path);
      else disk.verbs.unlink(spot.path);
    if (inode.kind === 'folder') disk.verbs.rmdir(path);
    else disk.verbs.unlink(path);
  }
  function move(from: string, to: string) {
    const there = disk.find(to);
    const moved = disk.find(from);
    if (there && there !== moved) {
      if (there.kind === 'folder') throw new Error('a person asks first');
      gone(there);
    }
    disk.verbs.rename(from, to);
  }

  type Edit = [weight: number, name: string, work: () => string[]];
  const onFile = (work: (spot: Spot) => string[]) => () => {
    const spot = pick(files());
    return spot ? work(spot) : [];
  };
  const edits: Edit[] = [
    [
      8,
      'create',
      () => {
        const path = aPlace();
        if (disk.find(path)) return [];
        create(path);
        return [path];
      },
    ],
    [
      4,
      'folder',
      () => {
        const path = aPlace();
        if (disk.find(path)) return [];
        disk.verbs.mkdir(path);
        return [path];
      },
    ],
    [
      5,
      'overwrite',
      onFile(({ path, inode }) => {
        put(inode, ledger.fresh(random));
        return [path];
      }),
    ],
    [
      2,
      'same size and mtime',
      onFile(({ path, inode }) => {
        put(inode, ledger.fresh(random, Math.max(24, inode.bytes.length)), inode.mtimeMs);
        return [path];
      }),
    ],
    [
      3,
      'append',
      onFile(({ path, inode }) => {
        put(inode, Buffer.concat([inode.bytes, ledger.fresh(random)]));
        return [path];
      }),
    ],
    [
      2,
      'create a long file',
      () => {
        const path = aPlace();
        if (disk.find(path) || files().filter(isLong).length >= MOST_LONG) return [];
        create(path, ledger.long(random));
        return [path];
      },
    ],
    [
      4,
      'insert into, overwrite or cut a long file',
      () => {
        const spot = pick(files().filter(isLong));
        if (!spot) return [];
        const { bytes } = spot.inode;
        const at = Math.floor(random() * bytes.length);
        const [piece, over] = [ledger.fresh(random, 1000), pick([0, 1000, 100_000]) as number];
        put(spot.inode, Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + over)]));
        return [spot.path];
      },
    ],
    [
      1,
      'odd mtime, other executable bit',
      onFile(({ path, inode }) => {
        inode.mtimeMs = pick(oddTimes) as number;
        inode.executable = !inode.executable;
        disk.touched(inode);
        return [path];
      }),
    ],
    [
      5,
      'rename',
      () => {
        const spot = pick(visible(disk));
        if (!spot) return [];
        const to = `${parent(spot.path)}/${pick(names)}`;
        move(spot.path, to);
        return [spot.path, to];
      },
    ],
    [
      1,
      'change of case',
      onFile(({ path, name }) => {
        const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
        if (isPlain || name.includes('(')) return [];
        move(path, `${parent(path)}/${other}`);
        return [path];
      }),
    ],
    [
      5,
      'move',
      () => {
        const spot = pick(visible(disk));
        if (!spot) return [];
        const to = `${aFolder()}/${spot.name}`;
        move(spot.path, to);
        return [spot.path, to];
      },
    ],
    [
      2,
      'swap',
      () => {
        const [a, b] = [pick(visible(disk)), pick(visible(disk))];
        if (!a || !b || `${a.path}/`.startsWith(`${b.path}/`) || `${b.path}/`.startsWith(`${a.path}/`)) return [];
        const aside = `${ROOT}/aside`;
        if (disk.find(aside)) return [];
        move(a.path, aside);
        move(b.path, a.path);
        move(aside, b.path);
        return [a.path, b.path];
      },
    ],
    [
      3,
      'delete',
      () => {
        const spot = pick(visible(disk));
        if (!spot) return [];
        removeAll(spot);
        return [spot.path];
      },
    ],
    [
      2,
      'file to folder or back',
      () => {
        const spot = pick(visible(disk));
        if (!spot || spot.inode.kind === 'symlink') return [];
        removeAll(spot);
        if (spot.inode.kind === 'folder') create(spot.path);
        else {
          disk.verbs.mkdir(spot.path);
          create(`${spot.path}/${pick(names)}`);
        }
        return [spot.path];
      },
    ],
    [
      3,
      'save as editors do',
      onFile(({ path, inode }) => {
        const aside = `${parent(path)}/.~save`;
        create(aside);
        gone(inode);
        disk.verbs.rename(aside, path);
        return [path];
      }),
    ],
    [
      1,
      'copy',
      onFile(({ inode }) => {
        const to = aPlace();
        if (disk.find(to)) return [];
        create(to, Buffer.from(inode.bytes));
        return [to];
      }),
    ],
    [
      isPlain ? 0 : 1,
      'symlink',
      () => {
        const to = aPlace();
        if (disk.find(to)) return [];
        const folder = disk.find(parent(to)) as Inode;
        disk.attach(folder, to.slice(to.lastIndexOf('/') + 1), disk.inode('symlink'));
        return [to];
      },
    ],
  ];
  const total = edits.reduce((sum, [weight]) => sum + weight, 0);

  return {
    kinds: edits.map(([, kind]) => kind),
    /** Does one thing. @returns the folders in which something happened, as paths from the root */
    edit(): Done & { hints: string[] } {
      if (disk.faults.unmounted) return { did: 'has no disk', hints: [] };
      let left = random() * (files().length < 4 && random() < 0.6 ? 1 : total);
      const [, name, work] = edits.find(([weight]) => {
        left -= weight;
        return left <= 0;
      }) as Edit;
      try {
        const paths = work();
        const hints = paths.map((path) => parent(path).slice(ROOT.length + 1));
        return { did: `${name} ${paths.join(' ')}`, hints, kind: paths.length > 0 ? name : undefined };
      } catch (error) {
        // What the disk refuses, a person leaves.
        return { did: `${name}: ${(error as Error).message}`, hints: [] };
      } finally {
        disk.settleAll();
      }
    },
    /** Gives one of two equal names another, and takes links away: what an agent leaves to people. */
    tidy() {
      const seen = new Map<Inode, Set<string>>();
      for (const { path, name, folder, inode } of visible(disk).reverse()) {
        if (inode.kind === 'symlink') disk.verbs.unlink(path);
        const names = seen.get(folder) ?? new Set();
        seen.set(folder, names);
        const nfc = name.normalize('NFC');
        if (inode.kind !== 'symlink' && names.has(nfc)) disk.verbs.rename(path, `${path} ${random()}`);
        names.add(nfc);
      }
      disk.settleAll();
    },
  };
}

/** Somebody in a browser. */
export function personOnWeb(hub: Hub, ledger: Ledger, random: () => number, isPlain: boolean) {
  const names = isPlain ? plain : awkward;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const send = (method: string, path: string, json?: unknown, bytes?: Buffer) =>
    hub.ask({
      ...{ method, path: `/api/ibox${path}` },
      headers: {
        Authorization: 'Bearer amina',
        'Content-Type': bytes ? 'application/octet-stream' : 'application/json',
      },
      body: bytes ?? (json === undefined ? undefined : Buffer.from(JSON.stringify(json))),
    });
  const kindOf = (kind: string) => `on the web: ${kind}`;
  return {
    kinds: ['create', 'folder', 'overwrite', 'delete', 'rename', 'move'].map(kindOf),
    async edit(): Promise<Done> {
      const nodes = await hub.tree();
      const folders = nodes.filter(({ kind }) => kind === 'folder');
      const folder = random() < 0.5 ? hub.space.rootId : (pick(folders)?.id ?? hub.space.rootId);
      const node = pick(nodes.filter(({ parentId }) => parentId !== null));
      const spelled = pick(names) as string;
      const name = encodeURIComponent(spelled);
      const what = Math.floor(random() * 6);
      const bytes = random() < 0.06 ? ledger.long(random) : ledger.fresh(random);
      const told = (kind: string, { status }: { status: number }, about = ''): Done => ({
        did: `web ${kind} ${about} ${status}`,
        kind: status < 300 ? kindOf(kind) : undefined,
      });
      const wrote = (done: Done) => {
        if (done.kind === undefined) return done;
        ledger.wrote(bytes, 'web');
        ledger.acknowledged(sha256(bytes));
        return done;
      };
      if (what === 0)
        return wrote(told('create', await send('PUT', `/nodes/${folder}/files/${name}`, undefined, bytes)));
      if (what === 1) return told('folder', await send('POST', '/folders', { parentId: folder, name: spelled }));
      if (!node) return { did: 'web nothing' };
      if (what === 2 && node.kind === 'file') {
        const path = `/nodes/${node.id}/content?baseVersion=${node.version}`;
        const done = wrote(told('overwrite', await send('PUT', path, undefined, bytes), node.name));
        if (done.kind !== undefined) ledger.removed(node.sha256);
        return done;
      }
      if (what === 3) {
        const answer = await send('DELETE', `/nodes/${node.id}`);
        if (answer.status < 300) for (const gone of under(nodes, node)) ledger.removed(gone.sha256);
        return told('delete', answer, node.name);
      }
      const [kind, to] =
        what === 4 ? (['rename', { name: spelled }] as const) : (['move', { parentId: folder }] as const);
      return told(kind, await send('PATCH', `/nodes/${node.id}`, to), `${node.name} ${JSON.stringify(to)}`);
    },
  };
}

function under(nodes: readonly Node[], top: Node): Node[] {
  return [top, ...nodes.filter(({ parentId }) => parentId === top.id).flatMap((node) => under(nodes, node))];
}
