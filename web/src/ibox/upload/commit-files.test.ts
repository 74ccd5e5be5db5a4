import type { CommitRequest } from '@diwan/protocol/ibox-chunks.ts';
import { expect, it } from 'vitest';
import { localProblem } from '../../wire/problem.ts';
import { committer } from './commit-files.ts';

type Operation = CommitRequest['operations'][number];
const fileNamed = (name: string, chunks = 1): Operation => ({
  op: 'file',
  parentId: 'p',
  name,
  content: { chunks: Array(chunks).fill('a'.repeat(64)) },
});
const nameOf = (operation: Operation) => (operation.op === 'file' ? operation.name : '');

it('R-40 files that end together are committed together, each hearing its own outcome', async () => {
  const batches: number[] = [];
  const commits = committer(async (_space, _key, operations) => {
    batches.push(operations.length);
    return {
      outcomes: operations.map((operation) =>
        nameOf(operation) === 'f7' ? { ok: false, code: 'name_invalid' } : { ok: true, node: null },
      ),
    };
  });
  const outcomes = await Promise.all(Array.from({ length: 900 }, (_, i) => commits.add('s', fileNamed(`f${i}`))));
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([outcomes[7]]);
  expect(batches).toEqual([500, 400]);
});

it('R-40 a large file does not keep the small ones waiting', async () => {
  const gate = Promise.withResolvers<void>();
  const commits = committer(async (_space, _key, operations) => {
    if (operations.some((operation) => nameOf(operation) === 'large')) await gate.promise;
    return { outcomes: operations.map(() => ({ ok: true, node: null })) };
  });
  const large = commits.add('s', fileNamed('large', 1000));
  await expect(commits.add('s', fileNamed('small'))).resolves.toMatchObject({ ok: true });
  gate.resolve();
  await expect(large).resolves.toMatchObject({ ok: true });
});

it('R-42 over the quota, the files that fit are stored and the others say why', async () => {
  const stored: string[] = [];
  const keys = new Set<string>();
  const commits = committer(async (_space, key, operations) => {
    expect(keys.has(key)).toBe(false);
    keys.add(key);
    if (stored.length + operations.length > 5) throw localProblem('quota_exceeded', 507);
    stored.push(...operations.map(nameOf));
    return { outcomes: operations.map(() => ({ ok: true, node: null })) };
  });
  const all = await Promise.allSettled(Array.from({ length: 16 }, (_, i) => commits.add('s', fileNamed(`f${i}`))));
  expect(stored.length).toBe(5);
  expect(all.filter(({ status }) => status === 'fulfilled').length).toBe(5);
  expect(new Set(stored).size).toBe(5);
});
