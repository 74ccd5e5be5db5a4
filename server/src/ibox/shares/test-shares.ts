import type { Node, SpaceRole } from '@diwan/protocol/ibox.ts';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { bytesOf, inPieces, openTestRoom, testActor, testPerson } from '../test-room.ts';

/** For tests: a room, two new people before each test, and short words for what they do; Amina shares, from her root. */
export function twoPeople(open: () => Promise<Db>) {
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  const nobody = testActor('nobody');
  const rootOf = async (who: Actor) => (await room.ibox.listSpaces(who))[0]?.rootId as string;
  const mkdir = (who: Actor, parentId: string, name: string) => room.ibox.createFolder(who, { parentId, name });
  const write = (who: Actor, parentId: string, name: string, text: string) =>
    room.ibox.putFile(who, { parentId, name, onConflict: 'replace' }, inPieces(Buffer.from(text)), {});
  const share = (id: string, ...with_: [Actor, SpaceRole][]) =>
    room.ibox.shares.shareFolder(we.amina, id, {
      people: with_.map(([{ email }, role]) => ({ email: email.toLowerCase(), role })),
      message: '',
    });
  async function accept(who: Actor): Promise<Node> {
    const [invitation] = await room.ibox.shares.listInvitations(who);
    return room.ibox.shares.acceptInvitation(who, invitation?.id ?? '');
  }

  const we = {
    amina: nobody,
    karim: nobody,
    root: '',
    /** How many pairs there were. */
    people: 0,
    get room() {
      return room;
    },
    rootOf,
    mkdir,
    write,
    share,
    accept,
    personalOf: async (who: Actor) => (await room.ibox.listSpaces(who))[0]?.id as string,
    read: async (who: Actor, id: string) => {
      const content = await room.ibox.openContent(who, id);
      return (await bytesOf(content.read({ offset: 0, length: content.size }))).toString();
    },
    children: async (who: Actor, id: string) =>
      (await room.ibox.listChildren(who, id, { limit: 1000 })).nodes.map(({ name }) => name),
    used: async (who: Actor) => (await room.ibox.history.readUsage(who)).usedBytes,
    /** A folder of Amina's with something in it, shared with Karim. */
    async shared(role: SpaceRole) {
      const folder = await mkdir(we.amina, we.root, 'Projet');
      const file = await write(we.amina, folder.id, 'plan.txt', 'un');
      const { spaceId } = await share(folder.id, [we.karim, role]);
      const mount = await accept(we.karim);
      return { folder, file, spaceId, mount };
    },
  };
  beforeAll(async () => {
    room = await openTestRoom(await open());
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    we.people++;
    we.amina = await testPerson(room.db, `Amina${we.people}`);
    we.karim = await testPerson(room.db, `Karim${we.people}`);
    we.root = await rootOf(we.amina);
  });
  return we;
}
