import { createHash, randomUUID } from 'node:crypto';
import { type Node, NodePage } from '@diwan/protocol/ibox.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Actor } from '../../identity/actor.ts';
import { linkAuthor } from '../rules/links.ts';
import { bytesOf, codeOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

onEachDatabase((open) => {
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let actor: Actor;
  let root: string;
  let spaceId: string;
  let people = 0;
  beforeAll(async () => {
    room = await openTestRoom(await open());
  });
  afterAll(() => room.close());
  // A space of its own for each test.
  beforeEach(async () => {
    actor = await testPerson(room.db, `person-${people++}`);
    const [space] = await room.ibox.listSpaces(actor);
    ({ rootId: root, id: spaceId } = space as { rootId: string; id: string });
  });

  const mkdir = (parentId: string, name: string) => room.ibox.createFolder(actor, { parentId, name });
  const write = (parentId: string, name: string, text: string) =>
    room.ibox.putFile(actor, { parentId, name, onConflict: 'replace' }, inPieces(Buffer.from(text)), {});
  const from = (since: number, limit = 1000) => room.ibox.changes(actor, spaceId, { since, limit });
  const children = async (id: string) =>
    (await room.ibox.listChildren(actor, id, { limit: 1000 })).nodes.map(({ name }) => name);

  it('makes one personal space, however many ask at once', async () => {
    const newcomer = await testPerson(room.db, `newcomer-${people}`);
    const answers = await Promise.all(Array.from({ length: 8 }, () => room.ibox.listSpaces(newcomer)));
    expect(new Set(answers.flat().map(({ id }) => id)).size).toBe(1);
    expect(answers[0]?.[0]).toMatchObject({ kind: 'personal', seq: 1, usedBytes: 0 });
  });

  it('R-40 lists folders first, then by name whatever its case, in pages', async () => {
    for (const name of ['b', 'A', 'é', 'Z']) await mkdir(root, name);
    for (const name of ['c.txt', 'B.txt', '_.txt', 'تقرير', '10', '9']) await write(root, name, name);
    const whole = await children(root);
    expect(whole).toEqual(['A', 'b', 'Z', 'é', '10', '9', '_.txt', 'B.txt', 'c.txt', 'تقرير']);
    for (const limit of [1, 3, 4, 5, 10]) {
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const page = await room.ibox.listChildren(actor, root, { after, limit });
        expect(page.nodes.length).toBeLessThanOrEqual(limit);
        paged.push(...page.nodes.map(({ name }) => name));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(paged).toEqual(whole);
    }
    expect(await codeOf(room.ibox.listChildren(actor, root, { after: 'A', limit: 1 }))).toBe('bad_request');
  });

  it('R-40 a page is written by the database as the contract says, and each node in it as it is elsewhere', async () => {
    const odd = ['con.txt', 'a:b', 'ends.', '"quoted" \u2028 é', 'تقرير', '😀 %5c'];
    for (const name of ['dir', 'aux']) await mkdir(root, name);
    for (const name of odd) await write(root, name, name);
    const runs = await room.ibox.putFile(
      actor,
      { parentId: root, name: 'run.sh', onConflict: 'replace' },
      inPieces(Buffer.from('#!')),
      { mtime: 1_700_000_000_123 },
    );
    await room.db.updateTable('nodes').set({ executable: 1 }).where('id', '=', runs.id).execute();
    const dropped = await write(root, 'dropped', 'x');
    const author = linkAuthor({ id: randomUUID(), label: 'Boîte "à" lettres' });
    await room.db.updateTable('nodes').set({ changedBy: author }).where('id', '=', dropped.id).execute();
    const page = JSON.parse(await room.ibox.writeFolderPage(actor, root, { limit: 100 }));
    // Nothing that the contract doesn't name, and nothing in another form.
    expect(NodePage.parse(page)).toEqual(page);
    const { nodes } = await room.ibox.listChildren(actor, root, { limit: 100 });
    expect(nodes).toHaveLength(2 + odd.length + 2);
    for (const node of nodes) expect(node).toEqual((await room.ibox.viewNode(actor, node.id)).node);
    expect(nodes.find(({ id }) => id === runs.id)).toMatchObject({ executable: true, mtime: 1_700_000_000_123 });
    expect(nodes.find(({ id }) => id === dropped.id)).toMatchObject({ changedBy: 'Boîte "à" lettres', viaLink: true });
  });

  it('R-40 one name per folder: case and composition do not make another', async () => {
    await mkdir(root, 'Été');
    expect(await codeOf(mkdir(root, 'e\u0301TE\u0301'))).toBe('name_taken');
    expect(await codeOf(write(root, 'été', 'x'))).toBe('name_taken');
    const file = await write(root, 'a.txt', '1');
    expect((await room.ibox.patchNode(actor, file.id, { name: 'A.TXT' })).name).toBe('A.TXT');
  });

  it('a deleted folder takes all in it along, each with its own number, inside before outside', async () => {
    const [a, b] = [await mkdir(root, 'a'), await mkdir(root, 'other')];
    const inner = await mkdir(a.id, 'inner');
    const file = await write(inner.id, 'f', '12345');
    const gone = await write(a.id, 'gone', '1');
    await room.ibox.deleteNode(actor, gone.id, {});
    const { seq } = await from(0);
    await room.ibox.deleteNode(actor, a.id, {});
    const { nodes, seq: end } = await from(seq);
    expect(nodes.map(({ id, deleted }) => [id, deleted])).toEqual([
      [file.id, true],
      [inner.id, true],
      [a.id, true],
    ]);
    expect(nodes.map((node) => node.seq)).toEqual([seq + 1, seq + 2, seq + 3]);
    expect(end).toBe(seq + 3);
    expect((await from(0)).nodes.map(({ id }) => id)).toEqual([root, b.id]);
    expect((await room.ibox.listSpaces(actor))[0]?.usedBytes).toBe(0);
    for (const id of [a.id, inner.id, file.id]) expect(await codeOf(room.ibox.viewNode(actor, id))).toBe('not_found');
    expect(await codeOf(write(inner.id, 'late', 'x'))).toBe('not_found');
    expect(await codeOf(room.ibox.patchNode(actor, b.id, { parentId: a.id }))).toBe('not_found');
    // The name is free again.
    await mkdir(root, 'a');
  });

  it('baseSeq guards a deletion against changes anywhere below, and a patch against another change', async () => {
    const a = await mkdir(root, 'a');
    const { seq } = await from(0);
    const file = await write(a.id, 'f', '1');
    expect(await codeOf(room.ibox.deleteNode(actor, a.id, { baseSeq: seq }))).toBe('conflict');
    expect(await codeOf(room.ibox.patchNode(actor, file.id, { name: 'g', baseSeq: seq }))).toBe('conflict');
    expect(await codeOf(room.ibox.patchNode(actor, file.id, { name: 'g', baseSeq: file.seq }))).toBe('ok');
    expect(await codeOf(room.ibox.deleteNode(actor, a.id, { baseSeq: (await from(0)).seq }))).toBe('ok');
  });

  it('no folder is ever inside itself, also when two moves cross', async () => {
    const [a, b] = [await mkdir(root, 'a'), await mkdir(root, 'b')];
    const inner = await mkdir(a.id, 'inner');
    expect(await codeOf(room.ibox.patchNode(actor, a.id, { parentId: inner.id }))).toBe('move_into_itself');
    expect(await codeOf(room.ibox.patchNode(actor, a.id, { parentId: a.id }))).toBe('move_into_itself');
    const both = await Promise.all([
      codeOf(room.ibox.patchNode(actor, a.id, { parentId: b.id })),
      codeOf(room.ibox.patchNode(actor, b.id, { parentId: a.id })),
    ]);
    expect(both.sort()).toEqual(['move_into_itself', 'ok']);
  });

  it('of many uploads based on one version, one lands and the others are told', async () => {
    const { id } = await write(root, 'f', 'first');
    const put = (text: string) =>
      codeOf(room.ibox.putFile(actor, { nodeId: id, baseVersion: 1 }, inPieces(Buffer.from(text)), {}));
    const codes = await Promise.all(Array.from({ length: 10 }, (_, i) => put(`text ${i}`)));
    expect(codes.sort()).toEqual([...Array(9).fill('conflict'), 'ok']);
    expect((await room.ibox.viewNode(actor, id)).node.version).toBe(2);
  });

  it('one Idempotency-Key makes one file, also when the requests run side by side', async () => {
    const put = () =>
      room.ibox.putFile(actor, { parentId: root, name: 'once', onConflict: 'rename' }, inPieces(Buffer.from('x')), {
        idempotencyKey: 'key',
      });
    const nodes = await Promise.all(Array.from({ length: 6 }, put));
    for (const node of nodes) expect(node).toEqual(nodes[0]);
    expect(await children(root)).toEqual(['once']);
  });

  it('changes made side by side are all numbered, and told once they can be read', async () => {
    const heard: Promise<boolean>[] = [];
    const stop = room.bus.subscribe('space:changed', (message) => {
      if (message.spaceId !== spaceId) return;
      expect(message.accountIds).toEqual([actor.accountId]);
      heard.push(from(0).then(({ seq }) => seq >= message.seq));
    });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? mkdir(root, `d${i}`) : write(root, `f${i}`, `${i}`))),
    );
    stop();
    expect(heard.length).toBe(20);
    expect(await Promise.all(heard)).not.toContain(false);
    const { nodes } = await from(0);
    expect(nodes.map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  });

  it('a cursor of another epoch, or from the future, answers reset', async () => {
    const { epoch, seq } = await from(0);
    expect(await room.ibox.changes(actor, spaceId, { epoch: 'older', since: 1, limit: 10 })).toMatchObject({
      reset: true,
      epoch,
      seq: 0,
    });
    expect(await room.ibox.changes(actor, spaceId, { epoch, since: seq + 1, limit: 10 })).toMatchObject({
      reset: true,
    });
    expect(await room.ibox.changes(actor, spaceId, { epoch, since: seq, limit: 10 })).toMatchObject({
      reset: false,
      nodes: [],
      seq,
    });
  });

  it('R-40 R-41 any sequence of operations gives the tree that a simple model gives, and the journal leads a follower to it', async () => {
    const name = fc.constantFrom('a', 'A', 'b', 'c.txt', 'é', 'e\u0301');
    const place = fc.nat(12);
    const operation = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('mkdir' as const), at: place, name }) },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('write' as const), at: place, name, text: fc.string({ maxLength: 5 }) }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), node: place, at: place, name }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), node: place }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('follow' as const), limit: fc.integer({ min: 1, max: 4 }) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
        actor = await testPerson(room.db, `model-${people++}`);
        const [space] = await room.ibox.listSpaces(actor);
        ({ rootId: root, id: spaceId } = space as { rootId: string; id: string });
        const model = new Model(root);
        const ids = [root];
        const follower = new Map<string, Node>();
        let cursor = 0;
        const follow = async (limit: number) => {
          const { nodes, seq } = await from(cursor, limit);
          for (const node of nodes) node.deleted ? follower.delete(node.id) : follower.set(node.id, node);
          cursor = seq;
        };
        const pick = (n: number) => ids[n % ids.length] as string;
        for (const step of operations) {
          if (step.do === 'follow') {
            await follow(step.limit);
            continue;
          }
          if (step.do === 'mkdir' || step.do === 'write') {
            const parent = pick(step.at);
            const text = step.do === 'write' ? step.text : undefined;
            const expected = model.put(parent, step.name, text);
            const made = step.do === 'write' ? write(parent, step.name, step.text) : mkdir(parent, step.name);
            expect(await codeOf(made)).toBe(expected);
            if (expected === 'ok') {
              const { id } = await made;
              if (!ids.includes(id)) ids.push(id);
              model.named(parent, step.name, id);
            }
          } else if (step.do === 'move') {
            const [id, parent] = [pick(step.node), pick(step.at)];
            const expected = model.move(id, parent, step.name);
            expect(await codeOf(room.ibox.patchNode(actor, id, { parentId: parent, name: step.name }))).toBe(expected);
          } else {
            const id = pick(step.node);
            const expected = model.delete(id);
            expect(await codeOf(room.ibox.deleteNode(actor, id, {}))).toBe(expected);
          }
        }
        for (let more = true; more; ) {
          const before = cursor;
          await follow(3);
          more = cursor !== before;
        }
        const seen = [...follower.values()]
          .filter(({ id }) => id !== root)
          .map(({ id, parentId, name, sha256 }) => ({ id, parentId, name, sha256 }));
        expect(byId(seen)).toEqual(byId(model.all()));
        const used = (await room.ibox.listSpaces(actor))[0]?.usedBytes;
        expect(used).toBe(model.bytes());
        for (const { id, sha256: hash } of seen) {
          if (hash === null) continue;
          const content = await room.ibox.openContent(actor, id);
          const bytes = await bytesOf(content.read({ offset: 0, length: content.size }));
          expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
        }
      }),
      { numRuns: 40 },
    );
  });
});

const byId = <T extends { id: string }>(nodes: T[]): T[] => nodes.sort((a, b) => (a.id < b.id ? -1 : 1));

interface Entry {
  id: string;
  parent: string;
  name: string;
  text: string | undefined;
}

/** The tree as a list of entries, with the rules said in the simplest way. */
class Model {
  private entries: Entry[] = [];
  private readonly root: string;
  constructor(root: string) {
    this.root = root;
  }
  private find = (id: string) => this.entries.find((entry) => entry.id === id);
  private isFolder = (id: string) =>
    id === this.root || (this.find(id) !== undefined && this.find(id)?.text === undefined);
  private child = (parent: string, name: string) =>
    this.entries.find((e) => e.parent === parent && e.name.toUpperCase() === name.normalize('NFC').toUpperCase());

  /** Answers what the hub must answer; `named` tells the id afterwards. */
  put(parent: string, name: string, text: string | undefined): string {
    if (!this.isFolder(parent)) return 'not_found';
    const there = this.child(parent, name);
    if (!there) this.entries.push({ id: '', parent, name: name.normalize('NFC'), text });
    else if (there.text === undefined || text === undefined) return 'name_taken';
    else there.text = text;
    return 'ok';
  }
  named(parent: string, name: string, id: string): void {
    const entry = this.child(parent, name);
    if (entry) entry.id = id;
  }
  move(id: string, parent: string, name: string): string {
    const entry = this.find(id);
    if (id === this.root) return 'forbidden';
    if (!entry) return 'not_found';
    if (parent !== entry.parent) {
      if (!this.isFolder(parent)) return 'not_found';
      for (let at: string | undefined = parent; at !== undefined; at = this.find(at)?.parent) {
        if (at === id) return 'move_into_itself';
      }
    }
    const there = this.child(parent, name);
    if (there && there !== entry) return 'name_taken';
    Object.assign(entry, { parent, name: name.normalize('NFC') });
    return 'ok';
  }
  delete(id: string): string {
    if (id === this.root) return 'forbidden';
    if (!this.find(id)) return 'not_found';
    const gone = new Set([id]);
    for (let size = 0; size !== gone.size; ) {
      size = gone.size;
      for (const entry of this.entries) if (gone.has(entry.parent)) gone.add(entry.id);
    }
    this.entries = this.entries.filter((entry) => !gone.has(entry.id));
    return 'ok';
  }
  all() {
    return this.entries.map(({ id, parent, name, text }) => ({
      id,
      parentId: parent,
      name,
      sha256: text === undefined ? null : sha256(text),
    }));
  }
  bytes(): number {
    return this.entries.reduce((sum, { text }) => sum + Buffer.byteLength(text ?? ''), 0);
  }
}
