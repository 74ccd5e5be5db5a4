import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitPath } from './identify.ts';
import { ignoreRules } from './ignore.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;
if (!hasGit) console.warn('SKIPPED: rules of what is ignored beside those of git: git is not installed');

const names = ['a', 'b', 'a b', 'a[1]', '#a', '!a'];
const folders = ['', 'a', 'a/b', 'a b', 'a[1]', '#a/!a'];
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '!'),
    fc.constantFrom('', '', '/', '**/', 'a/', '*/'),
    fc.constantFrom('a', 'b', 'a*', '*', '?', 'a\\[1\\]', '\\#a', '\\!a', 'a b', '[ab]', 'a/**', '\\ a'),
    fc.constantFrom('', '', '/', ' ', '/b'),
  )
  .map((parts) => parts.join(''));
const file = fc.array(fc.oneof({ weight: 8, arbitrary: pattern }, fc.constantFrom('', '# a', '/')), { maxLength: 4 });
const files = fc.array(fc.tuple(fc.constantFrom(...folders), file), { maxLength: 4 });

describe.skipIf(!hasGit)('rules of what is ignored', () => {
  let dir = '';
  const paths: string[] = [];
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'diwan-git-'));
    execFileSync('git', ['init', '-q', dir]);
    for (const folder of folders)
      for (const name of names) {
        const path = folder === '' ? name : `${folder}/${name}`;
        if (folders.some((other) => other === path || other.startsWith(`${path}/`))) continue;
        mkdirSync(join(dir, folder), { recursive: true });
        writeFileSync(join(dir, path), '');
        paths.push(path);
      }
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('R-45 in the folders of a tree, one within another, are those of git', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(files, (all) => {
        const texts = new Map(all.map(([folder, lines]) => [folder, lines.join('\n')]));
        for (const folder of folders) {
          const [at, text] = [join(dir, folder, '.gitignore'), texts.get(folder)];
          if (text === undefined) rmSync(at, { force: true });
          else writeFileSync(at, text);
        }
        const { stdout } = spawnSync('git', ['-C', dir, 'check-ignore', '--no-index', '-z', '--stdin'], {
          input: paths.join('\0'),
          encoding: 'utf8',
        });
        const rules = ignoreRules(texts);
        const isOut = (path: string, isFolder: boolean): boolean => {
          const [parent, name] = splitPath(path);
          return (parent !== '' && isOut(parent, true)) || rules.of(path, name, isFolder) !== undefined;
        };
        expect(paths.filter((path) => isOut(path, false))).toEqual(
          paths.filter((path) => stdout.split('\0').includes(path)),
        );
      }),
      { numRuns: Number(process.env.DIWAN_FUZZ_RUNS ?? 300) },
    );
  });
});
