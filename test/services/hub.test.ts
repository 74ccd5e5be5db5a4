import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startHub } from './hub.ts';

it('the hub starts, is healthy, keeps its first admin over SIGKILL, and stops', async () => {
  const hub = await startHub();
  const status = async (path: string, init?: RequestInit) => (await fetch(`${hub.url}${path}`, init)).status;
  const login = (password: string) =>
    status('/api/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: hub.url },
      body: JSON.stringify({ identifier: hub.admin.email, password }),
    });
  try {
    expect(await status('/healthz')).toBe(200);
    expect(await login(hub.admin.password)).toBe(200);
    await hub.kill();
    expect(existsSync(hub.dataDir)).toBe(true);
    await hub.restart();
    expect(await status('/readyz')).toBe(200);
    expect(await login(hub.admin.password)).toBe(200);
    expect(await login(`${hub.admin.password}x`)).toBe(401);
  } finally {
    await hub.stop();
  }
  expect(existsSync(hub.dataDir)).toBe(false);
});
