import { createCipheriv } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../sync-agent/src/exit-codes.ts';
import { type Failpoint, failpoints } from '../../sync-agent/src/failpoints.ts';
import { type House, isCopy, type Machine, openHouse, picture, sha256, until } from './house.ts';

/** Where a step comes by more than once, with something else half done: the first time, and these. */
const again: Partial<Record<Failpoint, number[]>> = {
  'records.open': [2, 4],
  'link.doubled': [2, 4],
  'here.moved': [2],
  'upload.packed': [2],
  'upload.read': [3],
  'download.placed': [3],
  'download.synced': [2],
  'part.filled': [2],
};
/** Comes by in `add` only. */
const ofAdding = ['settings.written', 'add.marked', 'settings.written:2'];
const all = Object.keys(failpoints) as Failpoint[];
const deaths = all
  .filter((step) => !ofAdding.includes(step))
  .flatMap((step) => [1, ...(again[step] ?? [])].map((nth) => (nth === 1 ? step : `${step}:${nth}`)));

let house: House;
/** Has an agent that runs all the time. */
let a: Machine;
/** Whose agent dies. */
let b: Machine;
beforeAll(async () => {
  house = await openHouse();
  [a, b] = await Promise.all([house.machine('Alger'), house.machine('Bejaia')]);
  await a.live();
});
afterAll(() => house?.close());

/** Longer than what is fetched with others; of several chunks. The same for the same seed. */
const large = (seed: string) =>
  createCipheriv('aes-128-ctr', seed.padEnd(16).slice(0, 16), Buffer.alloc(16)).update(Buffer.alloc(4_500_000));
/** Whether long files are among what changes: where their steps are, or go by. */
const hasLarge = (n: number) => /^(part|upload)\./.test(deaths[n] ?? '');

/** What both sides have before anything changes, in a folder for each death. */
function agreed(n: number): Record<string, string | Buffer> {
  const names = [
    'edited here',
    'edited there',
    'edited by both',
    'moved here',
    'moved there',
    'runs here',
    'runs there',
    'deleted here',
  ];
  const folders = ['renamed here', 'renamed there', 'removed here', 'removed there'];
  return Object.fromEntries([
    ...[...names, 'deleted there'].map((name) => [`${n}/${name}`, `${n} ${name}`]),
    ...folders.map((name) => [`${n}/${name}/inside`, `${n} ${name}`]),
    ...(hasLarge(n) ? [[`${n}/large`, large(`${n}`)]] : []),
  ]);
}

function write(machine: Machine, files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(machine.path(path)), { recursive: true });
    writeFileSync(machine.path(path), content);
  }
}

function change(machine: Machine, n: number, side: 'here' | 'there'): void {
  const at = (name: string) => machine.path(`${n}/${name}`);
  write(machine, {
    [`${n}/edited ${side}`]: `${n} edited ${side}, edited`,
    [`${n}/edited by both`]: `${n} edited by both, ${side}`,
    [`${n}/new ${side}`]: `${n} new ${side}`,
    [`${n}/made ${side}/in it/file`]: `${n} made ${side}`,
    ...(hasLarge(n) ? { [`${n}/new large ${side}`]: large(`${n} ${side}`) } : {}),
  });
  renameSync(at(`moved ${side}`), at(`made ${side}/moved ${side}`));
  renameSync(at(`renamed ${side}`), at(`has been renamed ${side}`));
  chmodSync(at(`runs ${side}`), 0o755);
  rmSync(at(`deleted ${side}`));
  rmSync(at(`removed ${side}`), { recursive: true });
  if (side === 'there' && hasLarge(n)) appendFileSync(at('large'), 'longer now');
}

/** What there is to be in the end; of the file that both edited, the copy has a name with a date. */
function wanted(n: number): Record<string, string> {
  const files: [string, string | Buffer][] = [
    ['edited by both', `${n} edited by both, there`],
    ['the copy', `${n} edited by both, here`],
  ];
  if (hasLarge(n)) files.push(['large', Buffer.concat([large(`${n}`), Buffer.from('longer now')])]);
  for (const side of ['here', 'there'])
    files.push(
      [`edited ${side}`, `${n} edited ${side}, edited`],
      [`new ${side}`, `${n} new ${side}`],
      [`runs ${side}`, `${n} runs ${side}`],
      [`made ${side}/in it/file`, `${n} made ${side}`],
      [`made ${side}/moved ${side}`, `${n} moved ${side}`],
      [`has been renamed ${side}/inside`, `${n} renamed ${side}`],
      ...(hasLarge(n) ? [[`new large ${side}`, large(`${n} ${side}`)] as [string, Buffer]] : []),
    );
  return Object.fromEntries(files.map(([path, content]) => [path, sha256(content)]));
}

/** The files under a folder; empty folders too. */
function found(machine: Machine, n: number): Record<string, string> {
  const all = [...picture(machine.root, `${n}`)];
  const isEmpty = (path: string) => !all.some(([other]) => other.startsWith(`${path}/`));
  const kept = all.filter(([path, what]) => what !== '/' || isEmpty(path));
  const named = ([path, what]: [string, string]) => [isCopy(path) ? 'the copy' : path.slice(`${n}/`.length), what];
  return Object.fromEntries(kept.map(named));
}

async function isUpToDate(): Promise<boolean> {
  const there = new Map([...(await house.tree())].map(([path, { sha256: sum }]) => [path, sum ?? '/']));
  const here = picture(a.root);
  return here.size === there.size && [...here].every(([path, what]) => there.get(path) === what);
}

const nodesOf = async (n: number) =>
  new Map([...(await house.tree())].map(([path, node]) => [path.replace(`${n}/`, ''), node]));

/** Files of the agent's own that should not be there when it has ended. */
function leftovers(machine: Machine): string[] {
  const listed = (folder: string) => readdirSync(folder, { recursive: true }).map(String);
  const own = listed(machine.path('.diwan')).filter((name) => !/^(pair\.json|lock\.db|tmp|parts|held)$/.test(name));
  const settings = listed(machine.home).filter(
    (name) => !/^(accounts\.json|pairs\.json|lock\.db|pairs|pairs\/[\w-]+\.(db|status\.json|log.*))$/.test(name),
  );
  return [...own, ...settings];
}

describe('the agent dies by SIGKILL at one of its steps, and is started again', { timeout: 120_000 }, () => {
  for (const [n, death] of deaths.entries())
    it(`R-45 case: killed at ${death}: the restart converges, nothing is lost or done twice, nothing is left behind`, async () => {
      if (!existsSync(b.path(`${n}/moved here`))) {
        write(a, agreed(n));
        await until(isUpToDate);
        await b.sync();
      }
      // The next one's, and the last one's that goes: there is always more to be done than what is looked at here.
      write(a, agreed(n + 1));
      rmSync(a.path(`${n - 1}`), { recursive: true, force: true });
      change(a, n, 'there');
      change(b, n, 'here');
      await until(isUpToDate);
      const before = await nodesOf(n);
      const armed = await b.dying(death, 'sync', '--once');
      expect(armed.signal, `${death} was never reached: ${armed.errors}`).toBe('SIGKILL');
      await b.sync();
      await until(isUpToDate);

      const there = found(b, n);
      expect(there).toEqual(wanted(n));
      expect(picture(b.root)).toEqual(picture(a.root));
      const now = await nodesOf(n);
      for (const side of ['here', 'there']) {
        expect(now.get(`made ${side}/moved ${side}`)?.id).toBe(
          before.get(side === 'here' ? 'moved here' : 'made there/moved there')?.id,
        );
        for (const machine of [a, b])
          await until(() => (statSync(machine.path(`${n}/runs ${side}`)).mode & 0o100) !== 0);
        expect(now.get(`edited ${side}`)?.version).toBe(2);
        expect(now.get(`new ${side}`)?.version).toBe(1);
      }
      expect(leftovers(b)).toEqual([]);
    });

  for (const death of ofAdding)
    it(`R-45 case: killed at ${death}: the folder can be added again, and nothing is left behind`, async () => {
      const root = join(house.dir, `added ${death}`);
      const armed = await b.dying(death, 'add', root);
      expect(armed.signal, `${death} was never reached`).toBe('SIGKILL');
      const added = await b.run('add', root);
      expect(added.code, added.errors).toBe(exitCodes.ok);
      for (const machine of [a, b]) expect((await machine.run('add', root)).code).toBe(exitCodes.usage);
      expect(leftovers({ ...b, root, path: (...names) => join(root, ...names) })).toEqual([]);
    });
});
