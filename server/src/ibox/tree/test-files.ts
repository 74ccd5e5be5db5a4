import type { Node } from '@diwan/protocol/ibox.ts';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Db } from '../../db/database.ts';
import type { Limits } from '../rules/limits.ts';
import { bytesOf, inPieces, openTestRoom, testActor, testPerson } from '../test-room.ts';

/** For tests: a room, a new person before each test, and short words for what they do. */
export function filesOfAPerson(open: () => Promise<Db>, limits: Limits) {
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  const me = { actor: testActor('nobody'), root: '', spaceId: '' };
  let people = 0;
  const newPerson = async () => {
    me.actor = await testPerson(room.db, `person-${people++}`);
    const [space] = await room.ibox.listSpaces(me.actor);
    Object.assign(me, { root: space?.rootId, spaceId: space?.id });
  };
  beforeAll(async () => {
    room = await openTestRoom(await open(), undefined, limits);
  });
  afterAll(() => room.close());
  beforeEach(newPerson);

  const history = () => room.ibox.history;
  const from = (since: number) => room.ibox.changes(me.actor, me.spaceId, { since, limit: 1000 });
  return {
    me,
    newPerson,
    history,
    from,
    get room() {
      return room;
    },
    mkdir: (parentId: string, name: string) => room.ibox.createFolder(me.actor, { parentId, name }),
    write: (parentId: string, name: string, text: string) =>
      room.ibox.putFile(me.actor, { parentId, name, onConflict: 'replace' }, inPieces(Buffer.from(text)), {}),
    rewrite: (nodeId: string, text: string) => room.ibox.putFile(me.actor, { nodeId }, inPieces(Buffer.from(text)), {}),
    remove: (id: string) => room.ibox.deleteNode(me.actor, id, {}),
    read: async (id: string, version?: number) => {
      const content = await room.ibox.openContent(me.actor, id, version);
      return (await bytesOf(content.read({ offset: 0, length: content.size }))).toString();
    },
    versions: async (id: string) => (await history().listVersions(me.actor, id, { limit: 100 })).versions,
    trash: async () => (await history().listTrash(me.actor, me.spaceId, { limit: 100 })).entries,
    used: async () => (await history().readUsage(me.actor)).usedBytes,
    /** The paths of all that lives. */
    tree: async (): Promise<string[]> => {
      const { nodes } = await from(0);
      const name = (node: Node): string => {
        const parent = nodes.find(({ id }) => id === node.parentId);
        return parent && parent.id !== me.root ? `${name(parent)}/${node.name}` : node.name;
      };
      return nodes
        .filter(({ id }) => id !== me.root)
        .map(name)
        .sort();
    },
  };
}
