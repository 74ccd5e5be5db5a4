import type { Node, SpaceRole } from '@diwan/protocol/ibox.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Actor } from '../../identity/actor.ts';
import { bytesOf, codeOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';

/** Folders lie in the roots of three persons, files in folders or roots; what decides is who owns a folder and who has a part in it. */
interface Folder {
  id: string;
  owner: number;
  spaceId: string | undefined;
  members: Map<number, SpaceRole>;
  invited: Map<number, SpaceRole>;
}
interface File {
  id: string;
  name: string;
  /** A folder, or a person whose root it is in. */
  place: Folder | number;
}

const who = fc.nat({ max: 2 });
const some = fc.nat({ max: 1000 });
const role = fc.constantFrom<SpaceRole>('reader', 'writer', 'manager');
const operations = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ op: fc.constant('mkdir' as const), who }) },
    { weight: 4, arbitrary: fc.record({ op: fc.constant('write' as const), who, some }) },
    { weight: 4, arbitrary: fc.record({ op: fc.constant('share' as const), who, some, to: who, role }) },
    { weight: 4, arbitrary: fc.record({ op: fc.constant('accept' as const), who, some }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('leave' as const), who, some }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('remove' as const), who, some, to: who }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('role' as const), who, some, to: who, role }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('stop' as const), who, some }) },
    { weight: 4, arbitrary: fc.record({ op: fc.constant('move' as const), who, some, into: some }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), who, some }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('follow' as const), who }) },
  ),
  { minLength: 10, maxLength: 40 },
);

onEachDatabase((open) => {
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let people = 0;
  beforeAll(async () => {
    room = await openTestRoom(await open());
  });
  afterAll(() => room.close());

  it('R-43 whatever is shared, accepted, left, moved, deleted and taken back: each sees what a simple model says, and nothing is lost', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (steps) => {
        const { ibox } = room;
        const actors: Actor[] = [];
        const roots: string[] = [];
        for (const name of ['a', 'b', 'c']) {
          const actor = await testPerson(room.db, `${name}${people++}`);
          actors.push(actor);
          roots.push((await ibox.listSpaces(actor))[0]?.rootId as string);
        }
        const folders: Folder[] = [];
        const files: File[] = [];
        let names = 0;
        const pick = <T>(all: T[], number: number): T | undefined => all[number % Math.max(1, all.length)];
        const partIn = (place: Folder | number, person: number): SpaceRole | undefined => {
          if (typeof place === 'number') return place === person ? 'manager' : undefined;
          return place.owner === person ? 'manager' : place.members.get(person);
        };
        const mayWrite = (part: SpaceRole | undefined) => part === 'writer' || part === 'manager';
        const refusal = (part: SpaceRole | undefined) => (part === undefined ? 'not_found' : 'forbidden');
        const idOf = (place: Folder | number) => (typeof place === 'number' ? (roots[place] as string) : place.id);

        const followed = actors.map(() => new Map<string, { seq: number; live: Map<string, Node> }>());
        async function follow(person: number): Promise<void> {
          const actor = actors[person] as Actor;
          for (const { id: spaceId } of await ibox.listSpaces(actor)) {
            const known = followed[person]?.get(spaceId) ?? { seq: 0, live: new Map<string, Node>() };
            followed[person]?.set(spaceId, known);
            for (let more = true; more; ) {
              const page = await ibox.changes(actor, spaceId, { since: known.seq, limit: 3 });
              for (const { id } of page.departed ?? []) known.live.delete(id);
              for (const node of page.nodes)
                if (node.deleted) known.live.delete(node.id);
                else known.live.set(node.id, node);
              ({ seq: known.seq, more } = page);
            }
            const rows = await room.db
              .selectFrom('nodes')
              .select('id')
              .where('spaceId', '=', spaceId)
              .where('deletedWith', 'is', null)
              .execute();
            expect([...known.live.keys()].sort()).toEqual(rows.map(({ id }) => id).sort());
          }
        }

        async function step(action: (typeof steps)[number]): Promise<void> {
          const { who: person } = action;
          const actor = actors[person] as Actor;
          const number = 'some' in action ? action.some : 0;
          const folder = pick(folders, number);
          const part = folder && partIn(folder, person);
          const isShared = folder?.spaceId !== undefined;
          switch (action.op) {
            case 'mkdir': {
              const made = await ibox.createFolder(actor, { parentId: roots[person] as string, name: `d${names++}` });
              const none = { members: new Map(), invited: new Map() };
              folders.push({ id: made.id, owner: person, spaceId: undefined, ...none });
              return;
            }
            case 'write': {
              const place = pick([...folders, person], number) as Folder | number;
              const name = `f${names++}`;
              const target = { parentId: idOf(place), name, onConflict: 'refuse' } as const;
              const work = ibox.putFile(actor, target, inPieces(Buffer.from(name)), {});
              const held = partIn(place, person);
              expect(await codeOf(work)).toBe(mayWrite(held) ? 'ok' : refusal(held));
              if (mayWrite(held)) files.push({ id: (await work).id, name, place });
              return;
            }
            case 'share': {
              if (!folder) return;
              const people = [{ email: actors[action.to]?.email as string, role: action.role }];
              const work = ibox.shares.shareFolder(actor, folder.id, { people, message: '' });
              expect(await codeOf(work)).toBe(part === 'manager' ? 'ok' : refusal(part));
              if (part !== 'manager') return;
              folder.spaceId = (await work).spaceId;
              if (partIn(folder, action.to) === undefined) folder.invited.set(action.to, action.role);
              return;
            }
            case 'accept': {
              const received = await ibox.shares.listInvitations(actor);
              const waiting = folders.filter(({ invited }) => invited.has(person));
              expect(received.length).toBe(waiting.length);
              const chosen = pick(received, number);
              if (!chosen) return;
              const { mount } = await ibox.shares.acceptInvitation(actor, chosen.id);
              const joined = waiting.find(({ id }) => id === mount?.rootId) as Folder;
              joined.members.set(person, joined.invited.get(person) as SpaceRole);
              joined.invited.delete(person);
              return;
            }
            case 'leave': {
              const mount = (await ibox.listSpaces(actor)).find(({ id }) => id === folder?.spaceId)?.mountId;
              if (!folder || !mount) return;
              const code = await codeOf(ibox.deleteNode(actor, mount, {}));
              expect(code).toBe(folder.owner === person ? 'still_shared' : 'ok');
              folder.members.delete(person);
              return;
            }
            case 'remove': {
              if (!folder || !isShared) return;
              const { accountId } = actors[action.to] as Actor;
              const code = await codeOf(ibox.shares.removeMember(actor, folder.spaceId as string, accountId));
              const may = part === 'manager' || (part !== undefined && action.to === person);
              const isIn = partIn(folder, action.to) !== undefined;
              const isOwner = folder.owner === action.to;
              expect(code).toBe(!may ? refusal(part) : isOwner ? 'forbidden' : isIn ? 'ok' : 'not_found');
              if (code === 'ok') folder.members.delete(action.to);
              return;
            }
            case 'role': {
              if (!folder || !isShared || folder.owner === action.to) return;
              const { accountId } = actors[action.to] as Actor;
              const code = await codeOf(ibox.shares.setRole(actor, folder.spaceId as string, accountId, action.role));
              const isIn = folder.members.has(action.to);
              expect(code).toBe(part !== 'manager' ? refusal(part) : isIn ? 'ok' : 'not_found');
              if (code === 'ok') folder.members.set(action.to, action.role);
              return;
            }
            case 'stop': {
              if (!folder || !isShared) return;
              const code = await codeOf(ibox.shares.stopSharing(actor, folder.spaceId as string));
              expect(code).toBe(folder.owner === person ? 'ok' : refusal(part));
              if (code !== 'ok') return;
              Object.assign(folder, { spaceId: undefined, members: new Map(), invited: new Map() });
              return;
            }
            case 'move': {
              const file = pick(files, number);
              if (!file) return;
              const into = pick([...folders, person], action.into) as Folder | number;
              const [from, to] = [partIn(file.place, person), partIn(into, person)];
              const code = await codeOf(ibox.patchNode(actor, file.id, { parentId: idOf(into) }));
              const isUnseen = from === undefined || to === undefined;
              const may = mayWrite(from) && mayWrite(to);
              if (may) expect(code).toBe('ok');
              else if (isUnseen) expect(['not_found', 'forbidden']).toContain(code);
              else expect(code).toBe('forbidden');
              if (code === 'ok') file.place = into;
              return;
            }
            case 'delete': {
              const file = pick(files, number);
              if (!file) return;
              const held = partIn(file.place, person);
              const code = await codeOf(ibox.deleteNode(actor, file.id, {}));
              expect(code).toBe(mayWrite(held) ? 'ok' : refusal(held));
              if (code === 'ok') files.splice(files.indexOf(file), 1);
              return;
            }
            case 'follow':
              return follow(person);
          }
        }

        for (const action of steps) await step(action);
        for (const [person, actor] of actors.entries()) {
          await follow(person);
          const seen = new Map<string, string[]>();
          const namesIn = async (id: string) => {
            const { nodes } = await ibox.listChildren(actor, id, { limit: 1000 });
            for (const { kind, id: fileId, name } of nodes) {
              if (kind !== 'file') continue;
              const { size, read } = await ibox.openContent(actor, fileId);
              expect((await bytesOf(read({ offset: 0, length: size }))).toString()).toBe(name);
            }
            return nodes;
          };
          const filesOf = (nodes: Node[]) => nodes.filter(({ kind }) => kind === 'file').map(({ id }) => id);
          const top = await namesIn(roots[person] as string);
          seen.set(roots[person] as string, filesOf(top).sort());
          for (const node of top)
            if (node.kind === 'folder') seen.set(node.mount?.rootId ?? node.id, filesOf(await namesIn(node.id)).sort());
          const expected = [person, ...folders.filter((folder) => partIn(folder, person) !== undefined)].map(
            (place) =>
              [
                idOf(place),
                files
                  .filter((file) => file.place === place)
                  .map(({ id }) => id)
                  .sort(),
              ] as const,
          );
          expect([...seen].sort()).toEqual(expected.map(([id, ids]) => [id, ids]).sort());
          const used = (await ibox.history.readUsage(actor)).usedBytes;
          const own = files.filter(({ place }) => (typeof place === 'number' ? place : place.owner) === person);
          expect(used).toBe(own.reduce((sum, { name }) => sum + name.length, 0));
        }
      }),
      { numRuns: 12 },
    );
  });
});
