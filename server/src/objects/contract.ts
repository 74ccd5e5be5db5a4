import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ObjectStore } from './object-store.ts';

/** What every object store keeps to: call it inside a `describe`. */
export function objectStoreContract(open: () => ObjectStore): void {
  const newKey = () => `packs/${randomUUID()}`;

  it('R-41 gives back any stretch of what was put, byte for byte', async () => {
    const store = open();
    const key = newKey();
    const bytes = randomBytes(300_000);
    await store.put(key, [bytes.subarray(0, 1), bytes.subarray(1, 200_000), bytes.subarray(200_000)]);
    expect(await store.head(key)).toBe(bytes.length);
    const anyRange = fc
      .tuple(fc.nat(bytes.length), fc.nat(bytes.length))
      .map(([a, b]) => ({ offset: Math.min(a, b), length: Math.abs(a - b) }));
    await fc.assert(
      fc.asyncProperty(anyRange, async (range) => {
        const got = await store.get(key, range);
        expect(Buffer.compare(got, bytes.subarray(range.offset, range.offset + range.length))).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps a pack of 16 MiB', async () => {
    const store = open();
    const key = newKey();
    const bytes = randomBytes(16 * 1024 * 1024);
    await store.put(key, [bytes]);
    expect(Buffer.compare(await store.get(key, { offset: 0, length: bytes.length }), bytes)).toBe(0);
  });

  it('R-41 says that a missing object is missing, and never answers fewer bytes than asked', async () => {
    const store = open();
    const key = newKey();
    expect(await store.head(key)).toBeUndefined();
    await expect(store.get(key, { offset: 0, length: 1 })).rejects.toMatchObject({ code: 'content_corrupt' });
    await store.put(key, [Buffer.from('ten bytes.')]);
    await expect(store.get(key, { offset: 5, length: 6 })).rejects.toMatchObject({ code: 'content_corrupt' });
    await expect(store.get(key, { offset: 99, length: 1 })).rejects.toMatchObject({ code: 'content_corrupt' });
  });

  it('deletes, once or twice', async () => {
    const store = open();
    const key = newKey();
    await store.put(key, [Buffer.from('x')]);
    await store.delete(key);
    expect(await store.head(key)).toBeUndefined();
    await store.delete(key);
  });

  it('lists every key once', async () => {
    const store = open();
    const prefix = `list-${randomUUID()}/`;
    const keys = Array.from({ length: 30 }, (_, i) => `${prefix}${randomUUID()}-${i}`);
    await Promise.all(keys.map((key) => store.put(key, [Buffer.from(key)])));
    expect((await Array.fromAsync(store.list(prefix))).sort()).toEqual(keys.sort());
    expect(await Array.fromAsync(store.list(`absent-${randomUUID()}/`))).toEqual([]);
  });

  it('takes many objects at once', async () => {
    const store = open();
    const objects = Array.from({ length: 40 }, () => ({ key: newKey(), bytes: randomBytes(10_000) }));
    await Promise.all(objects.map(({ key, bytes }) => store.put(key, [bytes])));
    for (const { key, bytes } of objects) {
      expect(Buffer.compare(await store.get(key, { offset: 0, length: bytes.length }), bytes)).toBe(0);
    }
  });

  it('refuses keys that could leave its folder', async () => {
    const store = open();
    for (const key of ['', '/etc/passwd', '../x', 'a/../b', 'a//b', 'a/', 'A', 'a\0b', 'a\\b', '.unfinished/x']) {
      await expect(async () => store.put(key, [Buffer.from('x')])).rejects.toThrow(/not an object's key/);
      await expect(async () => store.get(key, { offset: 0, length: 1 })).rejects.toThrow(/not an object's key/);
      await expect(async () => store.delete(key)).rejects.toThrow(/not an object's key/);
    }
  });
}
