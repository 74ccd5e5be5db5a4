import { renameSync } from 'node:fs';
import fc from 'fast-check';
import ignore from 'ignore';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncPass } from './pass.ts';
import { ignoreRules, isJunk } from './plan/ignore.ts';
import { openTestPair, type TestPair } from './test-pair.ts';

let pair: TestPair;
beforeEach(async () => {
  pair = await openTestPair();
});
afterEach(() => pair.close());

describe('what is ignored', () => {
  it('R-45 stays on both sides when it becomes so, stops syncing, and is no deletion anywhere', async () => {
    pair.write('a.log', 'log');
    pair.write('build/out/x', 'x');
    pair.write('src/main', 'm');
    await pair.sync();
    pair.write('.diwanignore', '*.log\nbuild/\n');
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    pair.write('a.log', 'log, longer');
    pair.hub.put('a.log', 'other');
    pair.write('build/out/y', 'y');
    pair.hub.remove(pair.id('build/out/x'));
    pair.write('src/debug.log', 'new');
    pair.remove('src/main');
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    expect(pair.here()).toEqual([
      '.diwanignore=*.log\nbuild/\n',
      'a.log=log, longer',
      'build/',
      'build/out/',
      'build/out/x=x',
      'build/out/y=y',
      'src/',
      'src/debug.log=new',
    ]);
    expect(pair.there()).toEqual(['.diwanignore=*.log\nbuild/\n', 'a.log=other', 'build/', 'build/out/', 'src/']);
  });

  it('R-45 merges when it stops being so: no copy of what is equal, both of what is not, back what one side lacks', async () => {
    pair.write('.diwanignore', 'drafts\n');
    for (const name of ['equal', 'differs', 'only here']) pair.write(`drafts/${name}`, 'here');
    const drafts = pair.hub.put('drafts', null);
    pair.hub.put('equal', 'here', drafts);
    pair.hub.put('differs', 'there', drafts);
    pair.hub.put('only there', 'there', drafts);
    await pair.sync();
    pair.write('.diwanignore', '# nothing\n');
    expect(await pair.sync()).toMatchObject({ synced: true });
    const [copy] = pair.here().filter((line) => line.includes('conflicted copy'));
    expect(copy).toMatch(/^drafts\/differs \(conflicted copy of M, .*\)=here$/);
    expect(pair.here()).toEqual(
      [
        '.diwanignore=# nothing\n',
        ...['/', '/differs=there', '/equal=here', '/only here=here', '/only there=there'].map((end) => `drafts${end}`),
        copy,
      ].sort(),
    );
    expect(pair.there()).toEqual(pair.here());
  });

  it('R-45 by another machine, is so here before anything else comes', async () => {
    pair.hub.put('big.iso', 'big');
    pair.hub.put('.diwanignore', '*.iso');
    pair.hub.put('z', 'z');
    await pair.sync();
    expect(pair.here()).toEqual(['.diwanignore=*.iso', 'z=z']);
  });

  it('R-45 goes on being so while the file that says it is being written', async () => {
    pair.write('.diwanignore', '*.iso\n');
    pair.write('big.iso', 'big');
    const running = await pair.open();
    try {
      await syncPass(running);
      pair.write('.diwanignore', '');
      running.due = new Set(['']);
      await syncPass(running);
      expect(pair.there()).not.toContain('big.iso=big');
      expect(running.due).toEqual(new Set(['']));
    } finally {
      running.close();
    }
    await pair.sync();
    expect(pair.there()).toContain('big.iso=big');
  });

  it('R-45 keeps a folder from being removed, and does not bring it back on the other side', async () => {
    pair.write('.diwanignore', '*.o\n');
    pair.write('gone/a', 'a');
    pair.write('gone/deep/b', 'b');
    pair.write('left/a', 'a');
    await pair.sync();
    pair.write('gone/deep/b.o', 'object');
    pair.hub.put('c.o', 'theirs', pair.id('left'));
    pair.hub.remove(pair.id('gone'));
    pair.remove('left');
    for (let n = 0; n < 3; n++) expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    expect(pair.here()).toEqual(['.diwanignore=*.o\n', 'gone/', 'gone/deep/', 'gone/deep/b.o=object']);
    expect(pair.there()).toEqual(['.diwanignore=*.o\n', 'left/', 'left/c.o=theirs']);
    // Something else in it: it is a folder like any other again.
    pair.write('gone/deep/new', 'n');
    pair.hub.put('new', 'n', pair.id('left'));
    await pair.sync();
    expect(pair.there()).toContain('gone/deep/new=n');
    expect(pair.here()).toContain('left/new=n');
    expect([...pair.here(), ...pair.there()].filter((line) => /\.o=/.test(line))).toHaveLength(2);
  });

  it('R-45 what systems leave in a folder goes with it, on both sides', async () => {
    pair.write('a/file', 'f');
    pair.write('a/.DS_Store', 'junk');
    pair.write('b/file', 'f');
    await pair.sync();
    expect(pair.there()).toEqual(['a/', 'a/file=f', 'b/', 'b/file=f']);
    pair.hub.put('Thumbs.db', 'junk', pair.id('b'));
    pair.hub.remove(pair.id('a'));
    pair.remove('b');
    await pair.sync();
    expect([pair.here(), pair.there()]).toEqual([[], []]);
  });

  it('R-45 moved to such a name it is gone for the others; moved back it is there again', async () => {
    pair.write('letter.txt', 'dear');
    await pair.sync();
    renameSync(pair.at('letter.txt'), pair.at('letter.swp'));
    await pair.sync();
    expect([pair.here(), pair.there()]).toEqual([['letter.swp=dear'], []]);
    renameSync(pair.at('letter.swp'), pair.at('letter.txt'));
    await pair.sync();
    expect(pair.there()).toEqual(['letter.txt=dear']);
  });
});

describe('rules of what is ignored', () => {
  it('R-45 the built-in list, and a line that takes one back', () => {
    const plain = ignoreRules('');
    for (const name of [
      '.DS_Store',
      'desktop.ini',
      '~$lettre.docx',
      '.~lock.a.odt#',
      'a.swp',
      'x.partial',
      '.Trash-1000',
    ])
      expect([name, plain.of(`d/${name}`, name, false)]).toEqual([name, isJunk(name) ? 'junk' : 'ignored']);
    expect(plain.of('lost+found', 'lost+found', true)).toBe('ignored');
    for (const name of ['a.swpx', 'notes~', '.diwanignore', 'xlost+found', '.Trash'])
      expect(plain.of(name, name, false)).toBe(undefined);
    expect(ignoreRules('!*.swp').of('a.swp', 'a.swp', false)).toBe(undefined);
    expect(ignoreRules('*').of('.diwanignore', '.diwanignore', false)).toBe(undefined);
  });

  it('R-45 the short way for the built-in list answers as gitignore does', () => {
    const long = ignoreRules('/nothing-of-that-name\n');
    const short = ignoreRules('');
    const part = fc.constantFrom(
      '~$',
      '.~lock.',
      'a',
      '#',
      '.swp',
      '.SWP',
      '.partial',
      '.Trash-',
      '$RECYCLE.BIN',
      '.',
      '\n',
      ' ',
    );
    const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, fc.boolean(), (one, isFolder) => {
        fc.pre(ignore.isPathValid(one) && one.trim() === one && !one.includes('\n'));
        expect(short.of(one, one, isFolder)).toBe(long.of(one, one, isFolder));
      }),
    );
  });
});
