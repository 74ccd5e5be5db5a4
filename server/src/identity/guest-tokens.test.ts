import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { guestSeconds, readGuest, signGuest } from './guest-tokens.ts';
import { loadSecrets } from './secrets.ts';
import { readLinkKey, signAccess, signLinkKey, verifyAccess } from './tokens.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'diwan-guest-'));
const [secrets, others] = ['own', 'others'].map((name) => loadSecrets(path.join(folder, name))) as [
  ReturnType<typeof loadSecrets>,
  ReturnType<typeof loadSecrets>,
];
const guest = { guestId: 'g', roomId: 'room', name: 'Yasmine', termsVersion: 3 };
afterEach(() => void vi.useRealTimers());
afterAll(() => rmSync(folder, { recursive: true }));

it('R-31 a guest’s token says which guest of which room, for an hour, and is no other token', () => {
  const { token } = signGuest(secrets, guest);
  expect(readGuest(secrets, token)).toMatchObject(guest);
  expect(readGuest(others, token)).toBeUndefined();
  expect(readGuest(secrets, `${token}x`)).toBeUndefined();
  expect(() => verifyAccess(secrets, token)).toThrow('unauthenticated');
  expect(readLinkKey(secrets, token)).toBeUndefined();
  const session = signAccess(secrets, { sub: 'a', sid: 's', gen: 1, aud: 'web' });
  const link = signLinkKey(secrets, { id: 'l', generation: 1 });
  for (const other of [session, link, '', undefined]) expect(readGuest(secrets, other)).toBeUndefined();
  vi.useFakeTimers({ now: Date.now() + (guestSeconds + 1) * 1000 });
  expect(readGuest(secrets, token)).toBeUndefined();
});
