import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { newPair, type OwnPair } from './agreement.ts';
import { createOpening, createSealing } from './frames.ts';
import { createKeyring, type Keyring } from './keyring.ts';

interface Page {
  id: string;
  own: OwnPair;
  keyring: Keyring;
  sealing: ReturnType<typeof createSealing>;
  openings: Map<string, ReturnType<typeof createOpening>>;
}
const frame = Uint8Array.from({ length: 30 }, (_, index) => index + 1);

/** Pages and the hub between them; `lose` is how many messages from now on it takes without an answer or a delivery. */
function meeting() {
  const pages = new Map<string, Page>();
  const hub = { lose: 0, seen: [] as string[] };
  let made = 0;
  async function come(id = `page ${made++}`): Promise<Page> {
    const own = await newPair();
    const sealing = createSealing();
    const openings: Page['openings'] = new Map();
    const of = (from: string) => {
      const opening = openings.get(from) ?? createOpening(() => performance.now());
      openings.set(from, opening);
      return opening;
    };
    const keyring = createKeyring({
      ...{ roomId: 'room', own, wait: async () => undefined },
      frames: {
        use: sealing.use,
        learn: (from, key) => of(from).learn(key),
        forget: (from) => void openings.delete(from),
      },
      async give(keys) {
        for (const { to, sealed } of keys) {
          hub.seen.push(sealed);
          if (hub.lose === 0) await pages.get(to)?.keyring.hear(id, sealed);
        }
        if (hub.lose > 0) {
          hub.lose--;
          throw new Error('no answer');
        }
      },
    });
    const page = { id, own, keyring, sealing, openings };
    pages.set(id, page);
    tellAll();
    return page;
  }
  function leave(page: Page): void {
    pages.delete(page.id);
    tellAll();
  }
  function tellAll(): void {
    for (const page of pages.values())
      page.keyring.present(
        new Map([...pages.values()].filter((other) => other !== page).map(({ id, own }) => [id, own.publicKey])),
      );
  }
  const opens = async (to: Page, from: Page, sealed: Uint8Array<ArrayBuffer> | undefined): Promise<boolean> =>
    sealed !== undefined && 'frame' in ((await to.openings.get(from.id)?.open(sealed, 'microphone')) ?? {});
  /** Everybody opens what everybody else seals. */
  const agreed = () =>
    vi.waitFor(
      async () => {
        for (const from of pages.values())
          for (const to of pages.values())
            if (from !== to)
              expect([to.id, from.id, await opens(to, from, await from.sealing.seal(frame, 'microphone'))]).toEqual([
                ...[to.id, from.id, true],
              ]);
      },
      { timeout: 15_000, interval: 20 },
    );
  return { pages, hub, come, leave, opens, agreed };
}

describe('R-32 keys in a meeting', () => {
  it('whoever comes and goes, in whatever order, all who are there open one another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 12 }), async (deeds) => {
        const { pages, come, leave, agreed } = meeting();
        await come();
        for (const deed of deeds) {
          const all = [...pages.values()];
          if (deed < 6 || all.length < 2) await come();
          else leave(all[deed % all.length] as Page);
        }
        await agreed();
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  it('a newcomer opens nothing from before they came', async () => {
    const { come, opens, agreed } = meeting();
    const [amina, bilal] = [await come(), await come()];
    await agreed();
    const early = await amina.sealing.seal(frame, 'microphone');
    const again = await amina.sealing.seal(frame, 'microphone');
    const newcomer = await come();
    await agreed();
    expect(await opens(newcomer, amina, early)).toBe(false);
    expect(await opens(bilal, amina, again)).toBe(true);
  });

  it('who has gone opens nothing that is sealed after the others have agreed again', async () => {
    const { come, leave, opens, agreed } = meeting();
    const [amina, bilal] = [await come(), await come()];
    const gone = await come();
    await agreed();
    leave(gone);
    await vi.waitFor(async () => {
      const sealed = await amina.sealing.seal(frame, 'microphone');
      expect(await opens(gone, amina, sealed)).toBe(false);
      expect(await opens(bilal, amina, sealed)).toBe(true);
    });
  });

  it('the same place taken by another page counts as one gone and one come', async () => {
    const { come, opens, agreed } = meeting();
    const amina = await come();
    const before = await come('bilal');
    await agreed();
    const after = await come('bilal');
    await agreed();
    await vi.waitFor(async () => {
      const sealed = await amina.sealing.seal(frame, 'microphone');
      expect(await opens(before, amina, sealed)).toBe(false);
      expect(await opens(after, amina, sealed)).toBe(true);
    });
  });

  it('a message that got no answer is sent again, and a key handed out for nothing is not used on', async () => {
    const { hub, come, agreed } = meeting();
    await come();
    hub.lose = 2;
    await come();
    await agreed();
    expect(new Set(hub.seen).size).toBe(hub.seen.length);
  });

  it('who lacks a key is given it again, the one in use', async () => {
    const { come, agreed, opens } = meeting();
    const [amina, bilal] = [await come(), await come()];
    await agreed();
    bilal.openings.clear();
    expect(await opens(bilal, amina, await amina.sealing.seal(frame, 'microphone'))).toBe(false);
    amina.keyring.repeat([bilal.id]);
    await agreed();
  });
});
