import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeBehind } from './write-behind.ts';

const turn = () => new Promise((done) => setImmediate(done));

it('R-45 pieces of any length are written in order and one at a time; after a failure nothing more', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 16 }),
      fc.option(fc.nat(10)),
      async (pieces, size, failing) => {
        const disk: number[] = [];
        let writes = 0;
        let busy = false;
        const out = writeBehind(async (bytes) => {
          expect(busy).toBe(false);
          busy = true;
          await turn();
          busy = false;
          if (writes++ === failing) {
            disk.push(...bytes.subarray(0, 1));
            throw new Error('full');
          }
          disk.push(...bytes);
        }, size);
        const all = pieces.flatMap((piece) => [...piece]);
        let failed = false;
        try {
          for (const piece of pieces) {
            await out.write(piece);
            // Whoever gave them may use them again.
            piece.fill(0);
          }
          await out.flush();
        } catch {
          failed = true;
          await expect(out.flush()).rejects.toThrow('full');
        }
        expect(failed).toBe(failing !== null && failing < Math.ceil(all.length / size));
        expect(all.slice(0, disk.length)).toEqual(disk);
        if (!failed) expect(disk).toEqual(all);
      },
    ),
  );
});
