import { HubError } from '@diwan/protocol/errors.ts';
import { largestDocument, longestNotes } from '@diwan/protocol/vroom-document.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { openSharedDocument, type SharedDocument } from './shared-document.ts';

const text = (doc: Y.Doc) => doc.getText('notes');
const all = (doc: Y.Doc) => Y.encodeStateAsUpdate(doc);
/** Changes made in one go in a copy. */
function change(doc: Y.Doc, work: (doc: Y.Doc) => void): Uint8Array {
  const before = Y.encodeStateVector(doc);
  doc.transact(() => work(doc));
  return Y.encodeStateAsUpdate(doc, before);
}
const code = (work: () => void) => {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof HubError ? error.code : Promise.reject(error);
  }
};
const drawn = (id: string, more = {}) => ({
  ...{ id, type: 'rectangle', x: 1, y: 2, width: 3, height: 4, version: 1, versionNonce: 5, isDeleted: false },
  ...more,
});

// ---- Convergence -------------------------------------------------------------------------------------------------------

/** A client by the rules of the wire: changes go up in their order, others' come down, and after a cut each gives what the other lacks. */
interface Client {
  readonly doc: Y.Doc;
  readonly up: Uint8Array[];
  readonly down: Uint8Array[];
  open: boolean;
}
const newClient = (): Client => {
  const client: Client = { doc: new Y.Doc(), up: [], down: [], open: false };
  client.doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'hub' && client.open) client.up.push(update);
  });
  return client;
};

function openAgain(client: Client, hub: SharedDocument, tell: (update: Uint8Array) => void): void {
  client.open = true;
  client.up.length = 0;
  client.down.length = 0;
  const mine = Y.encodeStateVector(client.doc);
  Y.applyUpdate(client.doc, hub.since(mine), 'hub');
  const lacking = Y.encodeStateAsUpdate(client.doc, hub.vector());
  hub.take(lacking, 'somebody');
  tell(lacking);
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('type' as const),
      who: fc.nat(3),
      at: fc.nat(),
      text: fc.string({ minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), who: fc.nat(3), at: fc.nat(), length: fc.nat(3) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('draw' as const),
      who: fc.nat(3),
      id: fc.constantFrom('a', 'b', 'c'),
      version: fc.nat(9),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('up' as const), who: fc.nat(3) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('down' as const), who: fc.nat(3), late: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), who: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const), who: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('store' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
);

it('R-34 whatever four people write and draw, through cuts, late news and a hub killed in the middle, all end with the same and nothing typed is lost', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let hub = openSharedDocument();
      let stored = hub.encode();
      const clients = Array.from({ length: 4 }, newClient);
      const tellBut = (client: Client | undefined) => (update: Uint8Array) => {
        for (const other of clients) if (other !== client && other.open) other.down.push(update);
      };
      for (const client of clients) openAgain(client, hub, tellBut(client));
      /** Every character is a mark of its own, so that a lost one would lack. */
      let marks = 0;
      const typed = new Set<string>();
      const deleted = new Set<string>();
      for (const action of steps) {
        if (action.kind === 'store') {
          stored = hub.encode();
          continue;
        }
        if (action.kind === 'kill') {
          hub = openSharedDocument(stored);
          for (const client of clients) client.open = false;
          continue;
        }
        const client = clients[action.who] as Client;
        const notes = text(client.doc);
        if (action.kind === 'type') {
          const mark = String.fromCharCode(0x4e00 + marks++);
          typed.add(mark);
          notes.insert(action.at % (notes.length + 1), mark);
        }
        if (action.kind === 'delete' && notes.length > 0) {
          const at = action.at % notes.length;
          const length = Math.min(action.length, notes.length - at);
          for (const mark of notes.toString().slice(at, at + length)) deleted.add(mark);
          notes.delete(at, length);
        }
        if (action.kind === 'draw')
          client.doc.getMap('board').set(action.id, drawn(action.id, { version: action.version }));
        if (action.kind === 'up' && client.open) {
          const update = client.up.shift();
          if (update === undefined) continue;
          hub.take(update, 'somebody');
          tellBut(client)(update);
        }
        if (action.kind === 'down' && client.open) {
          const [update] = client.down.splice(Math.min(action.late, client.down.length - 1), 1);
          if (update) Y.applyUpdate(client.doc, update, 'hub');
        }
        if (action.kind === 'cut') client.open = false;
        if (action.kind === 'open' && !client.open) openAgain(client, hub, tellBut(client));
      }
      for (const client of clients) openAgain(client, hub, tellBut(client));
      for (const client of clients)
        for (const update of client.down.splice(0)) Y.applyUpdate(client.doc, update, 'hub');
      for (const client of clients) {
        expect(text(client.doc).toString()).toBe(hub.notes());
        expect(client.doc.getMap('board').toJSON()).toEqual(Object.fromEntries(hub.board().map((e) => [e.id, e])));
      }
      const there = new Set(hub.notes());
      expect([...typed].filter((mark) => !there.has(mark) && !deleted.has(mark))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

// ---- What is refused ---------------------------------------------------------------------------------------------------

it('R-34 what is neither text nor a drawing, has a gap before it or is in another’s name is refused, and nothing of it stays', () => {
  const hub = openSharedDocument();
  const mine = new Y.Doc();
  hub.take(
    change(mine, (doc) => text(doc).insert(0, 'Ordre du jour')),
    'amina',
  );
  hub.bind(mine.clientID, 'amina');
  const before = hub.encode();
  const lie = (work: (doc: Y.Doc) => void) => {
    const copy = new Y.Doc();
    Y.applyUpdate(copy, before);
    return code(() => hub.take(change(copy, work), 'liar'));
  };
  expect(lie((doc) => text(doc).insertEmbed(0, { image: 'x' }))).toBe('bad_request');
  expect(lie((doc) => text(doc).insertEmbed(3, new Y.Map()))).toBe('bad_request');
  expect(lie((doc) => doc.getText('other').insert(0, 'x'))).toBe('bad_request');
  for (const wrong of [
    { id: 'b' },
    { type: 'image', fileId: 'x' },
    { type: 'iframe', link: 'https://example.test' },
    { x: Number.NaN },
    { width: 1e300 },
    { version: -1 },
    // What another's board would stumble over.
    { type: 'embeddable' },
    { type: 'line', points: [null, 7] },
    { type: 'line', points: [[0, 0, 0]] },
    { type: 'text', text: 7 },
    { groupIds: 'all' },
    { boundElements: [3] },
    { startBinding: 'x' },
    { link: { href: 'x' } },
    { strokeColor: 5 },
  ])
    expect(lie((doc) => doc.getMap('board').set('a', drawn('a', wrong)))).toBe('bad_request');
  expect(lie((doc) => doc.getMap('board').set('a', new Y.Map()))).toBe('bad_request');
  expect(lie((doc) => doc.getMap('board').set('a', 'a string'))).toBe('bad_request');

  for (const noise of [new Uint8Array(), new Uint8Array([1, 2, 3]), new Uint8Array(500).fill(255), before.slice(0, 9)])
    expect(code(() => hub.take(noise, 'liar'))).toBe('bad_request');
  expect(code(() => hub.since(new Uint8Array([255, 255, 255])))).toBe('bad_request');

  const gap = new Y.Doc();
  change(gap, (doc) => text(doc).insert(0, 'un'));
  expect(
    code(() =>
      hub.take(
        change(gap, (doc) => text(doc).insert(2, 'deux')),
        'liar',
      ),
    ),
  ).toBe('document_out_of_step');
  const elsewhere = new Y.Doc();
  change(elsewhere, (doc) => text(doc).insert(0, 'unknown'));
  const onIt = new Y.Doc();
  Y.applyUpdate(onIt, all(elsewhere));
  const standing = change(onIt, (doc) => text(doc).insert(3, 'x'));
  expect(code(() => hub.take(standing, 'liar'))).toBe('document_out_of_step');

  const forged = new Y.Doc();
  Y.applyUpdate(forged, before);
  forged.clientID = mine.clientID;
  const inHerName = change(forged, (doc) => text(doc).insert(0, 'Je démissionne. '));
  expect(code(() => hub.take(inHerName, 'liar'))).toBe('bad_request');
  expect(code(() => hub.bind(mine.clientID, 'liar'))).toBe('bad_request');

  expect(hub.notes()).toBe('Ordre du jour');
  expect(hub.board()).toEqual([]);
  expect(Buffer.from(hub.encode()).equals(before)).toBe(true);
  hub.take(
    change(mine, (doc) => text(doc).insert(13, ' : budget')),
    'amina',
  );
  expect(hub.notes()).toBe('Ordre du jour : budget');
});

it('R-34 a document that is full says so, and takes again what fits once something was deleted', () => {
  const hub = openSharedDocument();
  const doc = new Y.Doc();
  hub.take(
    change(doc, () => text(doc).insert(0, 'x'.repeat(longestNotes))),
    'a',
  );
  const copy = new Y.Doc();
  Y.applyUpdate(copy, hub.encode());
  expect(
    code(() =>
      hub.take(
        change(copy, () => text(copy).insert(0, 'y')),
        'b',
      ),
    ),
  ).toBe('document_full');
  hub.take(
    change(doc, () => text(doc).delete(0, 10)),
    'a',
  );
  const third = new Y.Doc();
  Y.applyUpdate(third, hub.encode());
  hub.take(
    change(third, () => text(third).insert(0, 'z')),
    'c',
  );
  expect(hub.notes().startsWith('zx')).toBe(true);

  const large = 'p'.repeat(100_000);
  const drawer = new Y.Doc();
  Y.applyUpdate(drawer, hub.encode());
  const draw = (id: string) =>
    code(() =>
      hub.take(
        change(drawer, () => drawer.getMap('board').set(id, drawn(id, { text: large }))),
        'd',
      ),
    );
  let taken = 0;
  while (draw(`e${taken}`) === 'done') taken++;
  expect(taken).toBeGreaterThan(10);
  expect(hub.encode().byteLength).toBeLessThanOrEqual(largestDocument);
  expect(hub.board().length).toBe(taken);
  // The same element drawn over and over takes no more room than once.
  const again = new Y.Doc();
  Y.applyUpdate(again, hub.encode());
  for (let version = 2; version < 40; version++) {
    const over = change(again, () => again.getMap('board').set('e0', drawn('e0', { version, text: large })));
    hub.take(over, 'e');
  }
});
