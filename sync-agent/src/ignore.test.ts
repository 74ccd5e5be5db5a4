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

const rulesOf = (text: string) => ignoreRules(new Map(text === '' ? [] : [['', text]]));

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
      expect(running.observer.unsettled).toContain('');
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

describe('an ignore file in a folder', () => {
  it('R-45 speaks of what is in that folder; one deeper takes back; when it goes, what it ignored is merged', async () => {
    pair.write('.diwanignore', '*.log\n');
    pair.write('app/.diwanignore', '/out\n*.o\n');
    pair.write('app/keep/.diwanignore', '!*.o\n!*.log\n');
    for (const path of [
      'a.o',
      'a.log',
      'app/a.o',
      'app/a.log',
      'app/out/x',
      'app/keep/a.o',
      'app/keep/a.log',
      'app/keep/out/x',
    ])
      pair.write(path, 'x');
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    const files = () => pair.there().filter((line) => line.endsWith('=x'));
    expect(files()).toEqual(['a.o=x', 'app/keep/a.log=x', 'app/keep/a.o=x', 'app/keep/out/x=x']);
    pair.remove('app/keep/.diwanignore');
    await pair.sync();
    expect(files()).toEqual(['a.o=x', 'app/keep/a.log=x', 'app/keep/a.o=x', 'app/keep/out/x=x']);
    pair.remove('app/.diwanignore');
    pair.hub.put('a.o', 'y', pair.id('app'));
    await pair.sync();
    expect(files()).toContain('app/out/x=x');
    expect(pair.read('app/a.o')).toBe('y');
    expect(pair.here().filter((line) => line.startsWith('app/a (conflicted copy'))).toHaveLength(1);
    expect(pair.here().filter((line) => line.endsWith('.log=x'))).toHaveLength(3);
  });

  it('R-45 of another machine, is here before anything else of its folder comes or goes', async () => {
    const app = pair.hub.put('app', null);
    pair.hub.put('big.iso', 'theirs', app);
    pair.hub.put('.diwanignore', '*.iso', app);
    pair.hub.put('z', 'z', app);
    pair.write('app/small.iso', 'ours');
    await pair.sync();
    expect(pair.here()).toEqual(['app/', 'app/.diwanignore=*.iso', 'app/small.iso=ours', 'app/z=z']);
    expect(pair.there()).toEqual(['app/', 'app/.diwanignore=*.iso', 'app/big.iso=theirs', 'app/z=z']);
  });

  it('R-45 goes along with its folder, whichever side moves it: nothing that it ignores comes, goes or is lost', async () => {
    pair.write('app/.diwanignore', '*.o\n');
    pair.write('app/a', 'a');
    pair.write('app/ours.o', 'o');
    await pair.sync();
    const app = pair.id('app');
    pair.hub.put('theirs.o', 'o', app);
    pair.hub.rename(app, 'moved');
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    expect(pair.here()).toEqual(['moved/', 'moved/.diwanignore=*.o\n', 'moved/a=a', 'moved/ours.o=o']);
    renameSync(pair.at('moved'), pair.at('again'));
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    expect(pair.here()).toEqual(['again/', 'again/.diwanignore=*.o\n', 'again/a=a', 'again/ours.o=o']);
    expect(pair.there()).toEqual(['again/', 'again/.diwanignore=*.o\n', 'again/a=a', 'again/theirs.o=o']);
  });

  it('R-45 that cannot be read leaves its folder unknown: nothing in it counts as deleted, nor as wanted', async () => {
    pair.write('app/.diwanignore', '*.o\n');
    pair.write('app/a', 'a');
    pair.write('app/b.o', 'o');
    await pair.sync();
    const running = await pair.open();
    const { look } = running.disk;
    try {
      running.disk.look = (path) => {
        if (path.endsWith('app/.diwanignore')) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
        return look(path);
      };
      const { problems } = await syncPass(running);
      expect(problems).toEqual([{ path: 'app', why: 'unreadable' }]);
    } finally {
      running.disk.look = look;
      running.close();
    }
    expect(pair.there()).toEqual(['app/', 'app/.diwanignore=*.o\n', 'app/a=a']);
    await pair.sync();
    expect(pair.there()).toEqual(['app/', 'app/.diwanignore=*.o\n', 'app/a=a']);
  });
});

describe('rules of what is ignored', () => {
  it('R-45 the built-in list, and a line that takes one back', () => {
    const plain = rulesOf('');
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
    expect(rulesOf('!*.swp').of('a.swp', 'a.swp', false)).toBe(undefined);
    expect(rulesOf('*').of('.diwanignore', '.diwanignore', false)).toBe(undefined);
  });

  it('R-45 the short way for the built-in list answers as gitignore does', () => {
    const long = rulesOf('/nothing-of-that-name\n');
    const short = rulesOf('');
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
