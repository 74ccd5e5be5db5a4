import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClient, Refused, Unreachable } from './client.ts';
import { type FakeHub, startFakeHub } from './fake-hub.ts';

let hub: FakeHub;
beforeEach(async () => {
  hub = await startFakeHub();
});
afterEach(() => hub.close());

function clientOf(saved = { accessToken: 'access-1', refreshToken: 'refresh-1' }) {
  const store = {
    saved,
    read: () => store.saved,
    write: async (tokens: typeof saved) => {
      store.saved = tokens;
    },
    exclusively: <T>(work: () => Promise<T>) => work(),
  };
  return { store, client: createClient(hub.url, store, { language: 'fr', tries: 4, pause: 1 }) };
}
const changes = '/api/ibox/spaces/s/changes';

describe('client', () => {
  it('R-45 tries again when the line is cut or the hub fails, and waits as long as it is told', async () => {
    hub.trouble = [{ status: 0 }, { status: 503 }, { status: 429, code: 'too_many_attempts', retryAfter: 0.2 }];
    const from = performance.now();
    expect((await clientOf().client.request(changes)).status).toBe(200);
    expect(performance.now() - from).toBeGreaterThanOrEqual(195);
    expect(hub.requests.length).toBe(4);
  });

  it('R-45 gives up after its tries', async () => {
    hub.trouble = Array.from({ length: 4 }, () => ({ status: 0 }));
    await expect(clientOf().client.request(changes)).rejects.toThrow(Unreachable);
  });

  it('R-54 maintenance and refusals are not tried again', async () => {
    for (const [status, code] of [
      [503, 'maintenance'],
      [403, 'cgu_required'],
      [409, 'conflict'],
      [507, 'storage_full'],
    ] as const) {
      hub.trouble = [{ status, code }];
      hub.requests = [];
      await expect(clientOf().client.request(changes)).rejects.toThrow(Refused);
      expect(hub.requests.length).toBe(1);
    }
  });

  it('R-14 many calls with an expired token renew it once', async () => {
    const { client, store } = clientOf({ accessToken: 'old', refreshToken: 'refresh-1' });
    await Promise.all(Array.from({ length: 8 }, () => client.request(changes)));
    expect(hub.requests.filter((line) => line.includes('refresh')).length).toBe(1);
    expect(store.saved).toEqual({ accessToken: 'access-2', refreshToken: 'refresh-2', expiresIn: 600 });
  });

  it('R-14 a token that another process renewed is taken, not renewed again', async () => {
    const { client, store } = clientOf({ accessToken: 'old', refreshToken: 'refresh-1' });
    const call = client.request(changes);
    store.saved = { accessToken: 'access-1', refreshToken: 'refresh-1' };
    expect((await call).status).toBe(200);
    expect(hub.requests.some((line) => line.includes('refresh'))).toBe(false);
  });

  it('an answer that is not the contract’s is no answer', async () => {
    await expect(clientOf().client.ask(z.object({ other: z.string() }), changes)).rejects.toThrow(Unreachable);
  });
});
