import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readGuest, signGuest } from './guest-tokens.ts';
import { readJoin, signJoin } from './join-tokens.ts';
import { loadSecrets } from './secrets.ts';
import { readLinkKey, signAccess, signLinkKey, verifyAccess } from './tokens.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'diwan-join-'));
const [secrets, others] = ['own', 'others'].map((name) => loadSecrets(path.join(folder, name))) as [
  ReturnType<typeof loadSecrets>,
  ReturnType<typeof loadSecrets>,
];
afterAll(() => rmSync(folder, { recursive: true }));
const claims = { roomId: 'room', name: 'Yasmine', role: 'host', keyId: 'k' } as const;

it('R-31 a join link says who comes to which room until it expires, and is no other token', () => {
  const token = signJoin(secrets, claims, Date.now() + 60_000);
  expect(readJoin(secrets, token)).toEqual(claims);
  expect(readJoin(others, token)).toBeUndefined();
  expect(readJoin(secrets, `${token}x`)).toBeUndefined();
  expect(readJoin(secrets, signJoin(secrets, claims, Date.now() - 1000))).toBeUndefined();
  expect(readGuest(secrets, token)).toBeUndefined();
  expect(readLinkKey(secrets, token)).toBeUndefined();
  expect(() => verifyAccess(secrets, token)).toThrow('unauthenticated');
  const guest = { guestId: 'g', roomId: 'room', name: 'Yasmine', termsVersion: 1 };
  const session = signAccess(secrets, { sub: 'a', sid: 's', gen: 1, aud: 'web' });
  const link = signLinkKey(secrets, { id: 'l', generation: 1 });
  for (const other of [session, link, signGuest(secrets, guest).token, ''])
    expect(readJoin(secrets, other)).toBeUndefined();
});
