import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { available } from './available.ts';
import { startRedis } from './redis.ts';

it.skipIf(!available('redis'))('Redis keeps and answers a value', async () => {
  const redis = await startRedis();
  const cli = (...args: string[]) => execFileSync('redis-cli', ['-u', redis.url, ...args], { encoding: 'utf8' }).trim();
  try {
    expect(cli('SET', 'town', 'Tlemcen')).toBe('OK');
    expect(cli('GET', 'town')).toBe('Tlemcen');
  } finally {
    await redis.stop();
  }
});
