import type { HubError } from '@diwan/protocol/errors.ts';
import type { TermsAccept } from '@diwan/protocol/terms.ts';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { onEachDatabase } from '../../../test/services/databases.ts';
import { inProcessBus } from '../bus/in-process.ts';
import type { Actor } from '../identity/actor.ts';
import { createTermsGate, type TermsGate } from './gate.ts';
import {
  acceptTerms,
  currentTerms,
  hashTerms,
  listAcceptances,
  listTermsVersions,
  publishSampleTerms,
  publishTerms,
  type TermsRoom,
  termsVersion,
} from './terms.ts';

const actor: Actor = {
  accountId: 'lina',
  sessionId: 's',
  audience: 'web',
  name: 'Lina',
  email: 'lina@example.dz',
  role: 'client',
  language: 'fr',
};
const origin = { ip: '192.0.2.7', userAgent: 'vitest' };
const texts = (n: number) => ({ fr: `Texte ${n}`, ar: `نص ${n}`, en: `Text ${n}` });
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: HubError) => error.code,
  );

onEachDatabase((open) => {
  let room: TermsRoom;
  let gate: TermsGate;
  let clock: number;
  beforeEach(async () => {
    clock = 1000;
    room = { db: await open(), bus: inProcessBus(), now: () => clock };
    gate = createTermsGate(room);
    const common = {
      role: 'client',
      language: 'fr',
      status: 'active',
      passwordHash: null,
      createdAt: 0,
      lastLoginAt: null,
    } as const;
    await room.db
      .insertInto('accounts')
      .values({ id: 'lina', email: 'lina@example.dz', name: 'Lina', ...common })
      .execute();
    await publishSampleTerms(room);
  });
  const accept = async (version: number, more: Partial<TermsAccept> = {}) => {
    const { hash } = await termsVersion(room, version);
    return acceptTerms(room, actor, { version, hash, language: 'fr', label: 'Accepter et valider', ...more }, origin);
  };

  it('R-01 the sample text is version 1, in three languages, published once', async () => {
    await publishSampleTerms(room);
    const terms = await currentTerms(room);
    expect(terms.version).toBe(1);
    expect(terms.hash).toBe(hashTerms(terms.texts));
    expect(terms.texts.fr).toContain('Conditions générales');
    expect(terms.texts.ar).toContain('الشروط العامة');
    expect(await listTermsVersions(room)).toHaveLength(1);
  });

  it('R-02 the proof holds person, version, hash, label, server time, address and browser, and stays', async () => {
    clock = 5000;
    const proof = await accept(1);
    expect(proof).toMatchObject({
      version: 1,
      label: 'Accepter et valider',
      acceptedAt: 5000,
      ip: '192.0.2.7',
      userAgent: 'vitest',
      inForce: true,
    });
    clock = 9000;
    expect(await accept(1, { label: 'Valider' })).toEqual(proof);
    await publishTerms(room, null, texts(2));
    expect(await listAcceptances(room, actor)).toEqual([{ ...proof, inForce: false }]);
    expect((await termsVersion(room, 1)).hash).toBe(proof.hash);
  });

  it('R-03, R-04 the gate opens by acceptance and closes at the next call after a new version', async () => {
    expect(await gate.accepted('lina')).toBe(false);
    await accept(1);
    expect(await gate.accepted('lina')).toBe(true);
    await publishTerms(room, null, texts(2));
    expect(await gate.accepted('lina')).toBe(false);
    await accept(2);
    expect(await gate.accepted('lina')).toBe(true);
    expect(await gate.accepted('somebody else')).toBe(false);
  });

  it('R-04 accepting N while N+1 is published records N and leaves the gate closed', async () => {
    await publishTerms(room, null, texts(2));
    expect(await accept(1)).toMatchObject({ version: 1, inForce: false });
    expect(await gate.accepted('lina')).toBe(false);
  });

  it('a hub that did not hear of a publication sees it within its cache time', async () => {
    await accept(1);
    expect(await gate.accepted('lina')).toBe(true);
    await publishTerms({ ...room, bus: inProcessBus() }, null, texts(2));
    clock += 2001;
    expect(await gate.accepted('lina')).toBe(false);
  });

  it('refuses a version that does not exist and a hash of another text', async () => {
    expect(
      await code(
        acceptTerms(room, actor, { version: 9, hash: 'x'.repeat(64), language: 'fr', label: 'Valider' }, origin),
      ),
    ).toBe('not_found');
    expect(await code(accept(1, { hash: 'x'.repeat(64) }))).toBe('conflict');
    expect(await listAcceptances(room, actor)).toEqual([]);
  });

  it('versions published at the same time get different numbers', async () => {
    const published = await Promise.allSettled([2, 3, 4].map((n) => publishTerms(room, null, texts(n))));
    const numbers = published.flatMap((p) => (p.status === 'fulfilled' ? [p.value.version] : []));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(await listTermsVersions(room)).toHaveLength(1 + numbers.length);
  });
});

describe('hashTerms', () => {
  it('R-01 differs whenever a text differs, also when words move between languages', () => {
    const triple = fc.record({ fr: fc.string(), ar: fc.string(), en: fc.string() });
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        expect(hashTerms(a) === hashTerms(b)).toBe(a.fr === b.fr && a.ar === b.ar && a.en === b.en);
      }),
    );
    expect(hashTerms({ fr: 'ab', ar: '', en: '' })).not.toBe(hashTerms({ fr: 'a', ar: 'b', en: '' }));
  });
});
