import { renameSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { openTestPair, type TestPair } from './test-pair.ts';

let pair: TestPair;
afterEach(() => pair.close());
const calm = { synced: true, problems: [] };

describe('a folder that is not wanted here', () => {
  const prepare = async () => {
    pair = await openTestPair();
    pair.write('big/deep/a', 'a');
    pair.write('big/b', 'b');
    pair.write('small', 's');
    await pair.sync();
    return pair.id('big');
  };

  it('R-45 goes from this machine, stays on the hub, and comes back when it is wanted again', async () => {
    const big = await prepare();
    pair.choose({ excluded: [big] });
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.here()).toEqual(['small=s']);
    const there = ['big/', 'big/b=b', 'big/deep/', 'big/deep/a=a', 'small=s'];
    expect(pair.there()).toEqual(there);

    // What happens in it there is of no concern here, and what is done here goes on.
    pair.hub.put('c', 'c', big);
    pair.hub.rename(big, 'huge');
    pair.write('small', 'new');
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.here()).toEqual(['small=new']);

    pair.choose({ excluded: [] });
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.here()).toEqual(['huge/', 'huge/b=b', 'huge/c=c', 'huge/deep/', 'huge/deep/a=a', 'small=new']);
    expect(pair.there()).toEqual(pair.here());
  });

  it('R-45 goes only once the hub has what was done in it: edited, new, renamed here; nothing is fetched into it any more', async () => {
    const big = await prepare();
    pair.write('big/b', 'edited');
    pair.write('big/new/n', 'n');
    renameSync(pair.at('big/deep/a'), pair.at('big/deep/a2'));
    pair.hub.put('theirs', 't', big);
    pair.choose({ excluded: [big] });
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.here()).toEqual(['small=s']);
    expect(pair.there()).toEqual(
      [
        'big/',
        'big/b=edited',
        'big/deep/',
        'big/deep/a2=a',
        'big/new/',
        'big/new/n=n',
        'big/theirs=t',
        'small=s',
      ].sort(),
    );
    expect(pair.hub.fetched).toEqual([]);
  });

  it('R-45 is not removed there with what it is in, nor brought back here by it', async () => {
    pair = await openTestPair();
    pair.write('work/big/a', 'a');
    pair.write('work/note', 'n');
    await pair.sync();
    pair.choose({ excluded: [pair.id('work/big')] });
    await pair.sync();
    expect(pair.here()).toEqual(['work/', 'work/note=n']);
    pair.remove('work');
    for (let n = 0; n < 2; n++) expect(await pair.sync()).toMatchObject(calm);
    expect(pair.here()).toEqual([]);
    expect(pair.there()).toEqual(['work/', 'work/big/', 'work/big/a=a']);
  });

  it('R-45 of which something cannot be sent stays as it is, and is told', async () => {
    const big = await prepare();
    pair.write('.diwanignore', '*.tmp');
    pair.write('big/deep/x.tmp', 'x');
    pair.write('big/b', 'edited');
    pair.hub.refuse = (operation) => (operation.op === 'replace' ? 'too_large' : undefined);
    pair.choose({ excluded: [big] });
    const first = await pair.sync();
    expect(first.problems.map(({ why }) => why)).toContain('too_large');
    expect(pair.here()).toContain('big/b=edited');
    pair.hub.refuse = undefined;
    const result = await pair.sync();
    expect(result.problems.sort((a, b) => a.path.length - b.path.length)).toEqual([
      { path: 'big', why: 'not_empty' },
      { path: 'big/deep', why: 'not_empty' },
    ]);
    expect(pair.here()).toEqual(['.diwanignore=*.tmp', 'big/', 'big/deep/', 'big/deep/x.tmp=x', 'small=s']);
    pair.remove('big/deep/x.tmp');
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.here()).toEqual(['.diwanignore=*.tmp', 'small=s']);
  });

  it('R-45 leaves alone what is made here in its place', async () => {
    const big = await prepare();
    pair.choose({ excluded: [big] });
    await pair.sync();
    pair.write('big/other', 'o');
    expect((await pair.sync()).problems).toEqual([{ path: 'big', why: 'excluded_folder' }]);
    expect(pair.here()).toEqual(['big/', 'big/other=o', 'small=s']);
    expect(pair.there()).not.toContain('big/other=o');
    pair.choose({ excluded: [] });
    await pair.sync();
    expect(pair.there()).toContain('big/other=o');
    expect(pair.here()).toEqual(pair.there());
  });
});

describe('a pair with a folder of the hub', () => {
  it('R-45 has what is in it, and nothing else; it stays so when that folder moves', async () => {
    pair = await openTestPair();
    const work = pair.hub.put('work', null);
    pair.hub.put('note', 'n', work);
    const other = pair.hub.put('other', null);
    pair.choose({ rootId: work });
    pair.write('mine/m', 'm');
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.here()).toEqual(['mine/', 'mine/m=m', 'note=n']);
    expect(pair.there()).toEqual(['other/', 'work/', 'work/mine/', 'work/mine/m=m', 'work/note=n']);
    pair.hub.move(work, other);
    pair.remove('note');
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.there()).toEqual(['other/', 'other/work/', 'other/work/mine/', 'other/work/mine/m=m']);
    // Gone: that says nothing about the files here.
    pair.hub.remove(work);
    await expect(pair.sync()).rejects.toMatchObject({ pause: { why: 'root_gone' } });
    expect(pair.here()).toEqual(['mine/', 'mine/m=m']);
  });
});

describe('one-way pairs', () => {
  it('R-45 upload only: the hub gets what is here, and this machine nothing; a newer version there is told and kept', async () => {
    pair = await openTestPair();
    pair.choose({ mode: 'upload' });
    pair.hub.put('theirs', 't');
    for (const name of ['a', 'b', 'c', 'd']) pair.write(name, name);
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.there()).toEqual(['a=a', 'b=b', 'c=c', 'd=d', 'theirs=t']);
    pair.hub.put('a', 'newer there');
    pair.hub.put('b', 'newer there');
    pair.write('b', 'newer here');
    pair.hub.remove(pair.id('c'));
    pair.remove('d');
    const result = await pair.sync();
    expect(result.problems).toEqual([{ path: 'a', why: 'newer_on_hub' }]);
    expect(pair.here()).toEqual(['a=a', 'b=newer here', 'c=c']);
    expect(pair.there()).toEqual(['a=newer there', 'b=newer here', 'c=c', 'theirs=t']);
    const open = await pair.open();
    expect(open.state.conflicts()).toMatchObject([{ path: 'b', copy: 'version 2' }]);
    open.close();
  });

  it('R-45 download only: this machine gets what is on the hub, and the hub nothing; what is written here is kept beside', async () => {
    pair = await openTestPair();
    pair.choose({ mode: 'download' });
    for (const name of ['a', 'b', 'c', 'd']) pair.hub.put(name, name);
    pair.write('mine', 'm');
    expect(await pair.sync()).toMatchObject(calm);
    pair.write('a', 'edited');
    pair.remove('b');
    renameSync(pair.at('c'), pair.at('moved'));
    pair.hub.remove(pair.id('d'));
    pair.hub.requests = [];
    expect(await pair.sync()).toMatchObject(calm);
    const [copy] = pair.here().filter((line) => line.includes('conflicted copy'));
    expect(copy).toMatch(/=edited$/);
    expect(pair.here()).toEqual([copy, 'a=a', 'b=b', 'c=c', 'mine=m']);
    expect(pair.there()).toEqual(['a=a', 'b=b', 'c=c']);
    expect(pair.hub.requests.filter((request) => request.includes('/commits/'))).toEqual([]);
  });

  it('R-45 another mode begins by merging: what was left apart in the old one is no deletion in the new one', async () => {
    pair = await openTestPair();
    pair.choose({ mode: 'download' });
    pair.hub.put('a', 'a');
    pair.hub.put('b', 'b');
    await pair.sync();
    pair.write('mine', 'm');
    pair.remove('b');
    pair.choose({ mode: 'two-way' });
    expect(await pair.sync()).toMatchObject(calm);
    expect(pair.here()).toEqual(['a=a', 'b=b', 'mine=m']);
    expect(pair.there()).toEqual(pair.here());
  });
});
