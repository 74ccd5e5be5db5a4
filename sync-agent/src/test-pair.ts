import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openPair } from './pair.ts';
import { type PassOptions, syncPass } from './pass.ts';
import { startFakeHub } from './remote/fake-hub.ts';
import { openHome, type SavedPair } from './state/home.ts';
import { writeMark } from './state/pair-lock.ts';

/** A real folder and an agent that starts for each pass, for tests; the hub is a fake one. */
export async function openTestPair() {
  const hub = await startFakeHub();
  const dir = mkdtempSync(join(tmpdir(), 'diwan-pair-'));
  const root = join(dir, 'root');
  const at = (path: string) => join(root, path);
  writeMark(root, 'p', 'a');
  const saved: SavedPair = { id: 'p', accountId: 'a', root, spaceId: 's', rootId: 'root' };
  async function open() {
    const home = openHome(join(dir, 'home'));
    const tokens = { accessToken: hub.validToken, refreshToken: 'refresh-1' };
    await home.saveAccount({ id: 'a', hub: hub.url, email: 'a@b.c', machine: 'M', ...tokens });
    return openPair(home, saved, 'fr');
  }
  const hubPath = (id: string): string => {
    const { parentId, name } = hub.nodes.get(id) as { parentId: string | null; name: string };
    return parentId === null || parentId === 'root' ? name : `${hubPath(parentId)}/${name}`;
  };
  return {
    hub,
    dir,
    at,
    open,
    /** What a person chose for the pair from now on. */
    choose: (chosen: Partial<SavedPair>) => Object.assign(saved, chosen),
    async sync(options: PassOptions = {}) {
      const pair = await open();
      try {
        return await syncPass(pair, options);
      } finally {
        pair.close();
      }
    },
    write(path: string, text: string) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    read: (path: string) => readFileSync(at(path), 'utf8'),
    remove: (path: string) => rmSync(at(path), { recursive: true }),
    /** Path and content of every file, folders as `path/`. */
    here: () =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .map((entry) => [join(entry.parentPath, entry.name).slice(root.length + 1), entry] as const)
        .filter(([path]) => !/(^|\/)\.diwan(\/|$)/.test(path))
        .map(([path, entry]) => (entry.isFile() ? `${path}=${readFileSync(at(path), 'utf8')}` : `${path}/`))
        .sort(),
    there: () =>
      [...hub.nodes.values()]
        .filter(({ id }) => id !== 'root')
        .map(({ id, kind, bytes }) => (kind === 'file' ? `${hubPath(id)}=${bytes}` : `${hubPath(id)}/`))
        .sort(),
    /** The hub's id of what lies at a path there. */
    id: (path: string) => [...hub.nodes.keys()].find((id) => id !== 'root' && hubPath(id) === path) ?? '',
    async close() {
      await hub.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
export type TestPair = Awaited<ReturnType<typeof openTestPair>>;
