import { createHmac, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkToken, readLinkToken } from '../links/link-token.ts';
import { isUnlocked, linkAuthor, linkState, presentedAuthor } from './links.ts';

const time = fc.integer({ min: 0, max: 2 ** 45 });
const link = fc.record({
  revokedAt: fc.option(time),
  expiresAt: fc.option(time),
  downloadLimit: fc.option(fc.integer({ min: 1, max: 50 })),
  downloads: fc.integer({ min: 0, max: 60 }),
});

describe('R-43 whether a link stands', () => {
  it('is open exactly when nothing ends it', () => {
    fc.assert(
      fc.property(link, time, (given, now) => {
        const { revokedAt, expiresAt, downloadLimit, downloads } = given;
        const ended = [
          revokedAt !== null,
          expiresAt !== null && now >= expiresAt,
          downloadLimit !== null && downloads >= downloadLimit,
        ];
        const names = ['revoked', 'expired', 'used_up'] as const;
        expect(linkState(given, now)).toBe(names[ended.indexOf(true)] ?? 'open');
      }),
    );
  });

  it('never opens again by time or by downloads alone', () => {
    fc.assert(
      fc.property(link, time, fc.nat(), fc.nat(10), (given, now, later, more) => {
        const before = linkState(given, now);
        const after = linkState({ ...given, downloads: given.downloads + more }, now + later);
        if (before !== 'open') expect(after).not.toBe('open');
        if (before === 'revoked') expect(after).toBe('revoked');
      }),
    );
  });

  it('a key opens the link and the password that it was made for, and no other', () => {
    const locked = { id: 'a', passwordHash: 'x', generation: 3 };
    expect(isUnlocked(locked, { id: 'a', generation: 3 })).toBe(true);
    for (const key of [undefined, { id: 'b', generation: 3 }, { id: 'a', generation: 2 }, { id: 'a', generation: 4 }])
      expect(isUnlocked(locked, key)).toBe(false);
    expect(isUnlocked({ ...locked, passwordHash: null }, undefined)).toBe(true);
  });
});

describe('R-43 the address of a link', () => {
  const seal = (id: string) => createHmac('sha256', 'secret').update(id).digest().subarray(0, 24).toString('base64url');

  it('leads back to its id, and nothing that is changed in it does', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(53), fc.constantFrom(...'abcXYZ019-_./%é\0'), (id, at, letter) => {
        const token = linkToken(id, seal);
        expect(token).toMatch(/^[\w-]{54}$/);
        expect(readLinkToken(token, seal)).toBe(id);
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        expect(readLinkToken(changed, seal)).toBe(changed === token ? id : undefined);
      }),
    );
    fc.assert(fc.property(fc.string(), (junk) => readLinkToken(junk, seal) === undefined));
  });

  it('of another hub is none', () => {
    const other = (id: string) => seal(`other ${id}`);
    expect(readLinkToken(linkToken(randomUUID(), other), seal)).toBeUndefined();
  });
});

it('R-43 what came through a link is told by the name the link had', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string({ maxLength: 120 }), (id, label) => {
      expect(presentedAuthor(linkAuthor({ id, label }), null)).toEqual({ by: label, viaLink: { viaLink: true } });
    }),
  );
  expect(presentedAuthor(randomUUID(), 'Lina')).toEqual({ by: 'Lina' });
  expect(presentedAuthor(randomUUID(), null)).toEqual({ by: '' });
});
