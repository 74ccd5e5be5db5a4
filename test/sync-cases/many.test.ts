import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type Machine, openHouse } from './house.ts';

/** 100,000 is the case as it stands: DIWAN_CASES_FILES=100000, some minutes. */
const count = Number(process.env.DIWAN_CASES_FILES ?? 5_000);

let house: House;
let a: Machine;
let b: Machine;
beforeAll(async () => {
  house = await openHouse({ HUB_LOG_LEVEL: 'warn' });
  [a, b] = await Promise.all([house.machine('Alger'), house.machine('Bejaia')]);
});
afterAll(() => house?.close());

describe('very many files', { timeout: 1_200_000 }, () => {
  it(`R-45 case: ${count.toLocaleString('en')} files in one folder arrive, each once; one that changes is found among them`, async () => {
    const nameOf = (n: number) => `many/file ${n}`;
    mkdirSync(a.path('many'));
    for (let n = 0; n < count; n++) writeFileSync(a.path(nameOf(n)), `content ${n}`);
    const seconds = async (work: () => Promise<unknown>) => {
      const begin = performance.now();
      await work();
      return ((performance.now() - begin) / 1000).toFixed(1);
    };
    const figures = [await seconds(() => a.sync()), await seconds(() => b.sync())];
    const names = readdirSync(b.path('many'));
    expect(names.length).toBe(count);
    for (const name of names)
      if (readFileSync(b.path('many', name), 'utf8') !== `content ${name.slice(5)}`) expect.fail(name);

    writeFileSync(a.path(nameOf(count - 7)), 'another');
    figures.push(await seconds(() => a.sync()), await seconds(() => b.sync()));
    expect(readFileSync(b.path(nameOf(count - 7)), 'utf8')).toBe('another');
    figures.push(await seconds(async () => expect(await a.sync()).toMatchObject({ synced: true, done: 0 })));
    console.log(`${count} files in one folder: up, down, one up, one down, nothing to do: ${figures.join(', ')} s`);
  });
});
