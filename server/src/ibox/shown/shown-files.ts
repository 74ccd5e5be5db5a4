import { HubError } from '@diwan/protocol/errors.ts';
import type { TextPreview } from '@diwan/protocol/ibox-previews.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { writeActivity } from '../activity/write-activity.ts';
import type { ReadMemory } from '../chunks/read-memory.ts';
import { managedNode } from '../links/managed-node.ts';
import { personBehind } from '../links/person-behind.ts';
import type { Preview, Previews } from '../previews/previews.ts';
import { type OpenContent, openContent } from '../tree/open-content.ts';

/**
 * Files that are shown in a meeting, in the name of who sent them there and with the rights that they have now (ADR 0018). Who is in the
 * meeting, and whether the message stands, is not known here: it is asked before.
 */
export interface ShownFiles {
  /** Within the transaction that shows it. @throws HubError not_found, also for a folder; forbidden to who may not share it */
  show(
    tx: Db,
    accountId: string,
    id: string,
    meeting: string,
  ): Promise<{ name: string; size: number; mediaType: string | null }>;
  /** Within the transaction that takes it back; of a file that is gone there is nothing to tell. */
  hide(tx: Db, accountId: string | null, id: string, meeting: string): Promise<void>;
  /** @throws HubError not_found, forbidden to who may not share it */
  mustManage(actor: Actor, id: string): Promise<void>;
  /** These throw HubError not_found once the sharer may not share it any more; and what opening one's own throws. */
  open(sharerId: string, id: string): Promise<OpenContent>;
  picture(sharerId: string, id: string, edge: number): Promise<Preview>;
  text(sharerId: string, id: string): Promise<TextPreview>;
}

export function openShown(deps: {
  db: Db;
  objects: ObjectStore;
  previews: Previews;
  readMemory?: ReadMemory;
}): ShownFiles {
  const { db, previews } = deps;

  async function sharer(tx: Db, accountId: string, id: string) {
    const actor = await personBehind(tx, accountId, 'shown in a meeting');
    if (!actor) throw new HubError('not_found', 'the sharer has no access any more');
    const node = await managedNode(tx, actor, id);
    if (node.kind !== 'file') throw new HubError('not_found', 'not a file');
    return { actor, node };
  }
  /** Not told apart: who looks at a file in a meeting learns nothing of its owner's rights. */
  const asSharer = (accountId: string, id: string) =>
    sharer(db, accountId, id).catch((error) => {
      throw error instanceof HubError ? new HubError('not_found', 'no longer shared') : error;
    });

  return {
    async show(tx, accountId, id, meeting) {
      const { node } = await sharer(tx, accountId, id);
      const { spaceId, name, size, mediaType } = node;
      await writeActivity(tx, { spaceId, accountId, at: Date.now() }, [
        { verb: 'meeting_shown', node, about: meeting },
      ]);
      return { name, size, mediaType };
    },
    async hide(tx, accountId, id, meeting) {
      const node = await tx.selectFrom('nodes').selectAll().where('id', '=', id).executeTakeFirst();
      if (!node) return;
      const by = { spaceId: node.spaceId, accountId, at: Date.now() };
      await writeActivity(tx, by, [{ verb: 'meeting_withdrawn', node, about: meeting }]);
    },
    async mustManage(actor, id) {
      await managedNode(db, actor, id);
    },
    open: async (sharerId, id) => openContent(deps, (await asSharer(sharerId, id)).actor, id),
    picture: async (sharerId, id, edge) => previews.picture((await asSharer(sharerId, id)).actor, id, edge),
    text: async (sharerId, id) => previews.text((await asSharer(sharerId, id)).actor, id),
  };
}
