import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPair, openKey, type Present, safetyCode, sealKey } from './agreement.ts';
import { newBaseKey } from './sframe.ts';

const key = () => ({ generation: 70_000, step: 255, secret: newBaseKey() });

describe('R-32 keys that pages give one another', () => {
  it('open for the one they are sealed for, as they were', async () => {
    const [amina, bilal] = [await newPair(), await newPair()];
    const way = { roomId: 'room', from: amina.publicKey, to: bilal.publicKey };
    const given = key();
    const sealed = await sealKey(amina, way, given);
    expect(await openKey(bilal, way, sealed)).toEqual(given);
    expect(sealed).not.toBe(await sealKey(amina, way, given));
  });

  it('do not open for anybody else, from anybody else, elsewhere, led back, or changed', async () => {
    const [amina, bilal, hub] = [await newPair(), await newPair(), await newPair()];
    const way = { roomId: 'room', from: amina.publicKey, to: bilal.publicKey };
    const sealed = await sealKey(amina, way, key());
    const tries = [
      openKey(hub, way, sealed),
      openKey(hub, { ...way, to: hub.publicKey }, sealed),
      openKey(bilal, { ...way, from: hub.publicKey }, sealed),
      openKey(bilal, { ...way, roomId: 'other' }, sealed),
      openKey(amina, { roomId: 'room', from: bilal.publicKey, to: amina.publicKey }, sealed),
      openKey(bilal, way, `${sealed.slice(0, -3)}AAA`),
      openKey(bilal, way, ''),
      openKey(bilal, way, '§'),
      openKey(bilal, { ...way, from: 'no key' }, sealed),
    ];
    expect(await Promise.all(tries)).toEqual(tries.map(() => undefined));
  });

  it('a public key that is no point of the curve is refused', async () => {
    const own = await newPair();
    const to = own.publicKey.slice(0, -4).concat('AAAA');
    await expect(sealKey(own, { roomId: 'room', from: own.publicKey, to }, key())).rejects.toThrow();
  });

  it('the private key can’t be taken out of the browser', async () => {
    const { privateKey } = await newPair();
    await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
  });
});

describe('R-32 the code of a meeting', () => {
  const people: Present[] = ['Amina', 'Bilal', 'ياسمين'].map((name) => ({
    id: `id of ${name}`,
    name,
    publicKey: name,
  }));

  it('is the same for all, in whatever order they see one another', async () => {
    const code = await safetyCode(people);
    expect(code).toMatch(/^(\d{5} ){5}\d{5}$/);
    expect(await safetyCode(people.toReversed())).toBe(code);
  });

  it('is another with another key, name or person', async () => {
    const code = await safetyCode(people);
    const changes = fc.constantFrom('id', 'name', 'publicKey');
    await fc.assert(
      fc.asyncProperty(fc.nat(2), changes, fc.string(), async (who, what, value) => {
        const other = people.map((one, index) =>
          index === who ? { ...one, [what]: `${one[what as 'id']}${value}x` } : one,
        );
        expect(await safetyCode(other)).not.toBe(code);
      }),
      { numRuns: 10 },
    );
    expect(await safetyCode(people.slice(1))).not.toBe(code);
  });
});
