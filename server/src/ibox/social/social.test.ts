import { CommentWrite, longestComment } from '@diwan/protocol/ibox-social.ts';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Topics } from '../../bus/bus.ts';
import type { Actor } from '../../identity/actor.ts';
import { inPieces, openTestRoom, testPerson } from '../test-room.ts';

onEachDatabase((open) => {
  /** Amina owns the space, Karim reads it, Lina is a stranger. */
  async function room() {
    const db = await open();
    const { ibox, bus, close } = await openTestRoom(db);
    const [amina, karim, lina] = [
      await testPerson(db, 'Amina'),
      await testPerson(db, 'Karim'),
      await testPerson(db, 'Lina'),
    ];
    const [space] = await ibox.listSpaces(amina);
    if (!space) throw new Error('no space');
    const give = async ({ accountId }: Actor, role: 'reader' | 'writer' | 'manager') => {
      await take({ accountId });
      await db
        .insertInto('members')
        .values({ spaceId: space.id, accountId, role, since: 1, invitedBy: null })
        .execute();
    };
    const take = ({ accountId }: Pick<Actor, 'accountId'>) =>
      db.deleteFrom('members').where('spaceId', '=', space.id).where('accountId', '=', accountId).execute();
    await give(karim, 'reader');
    const target = { parentId: space.rootId, name: 'f.txt', onConflict: 'refuse' } as const;
    const file = await ibox.putFile(amina, target, inPieces(Buffer.from('x')), {});
    const touched: Topics['node:touched'][] = [];
    bus.subscribe('node:touched', (message) => void touched.push(message));
    return { db, ibox, social: ibox.social, amina, karim, lina, space, file, give, take, touched, close };
  }
  const page = { limit: 50 };

  it('R-44 whoever reads a file comments it; one edits one’s own; who manages takes any away; strangers see nothing', async () => {
    const { ibox, social, amina, karim, lina, file, space, touched, give, close } = await room();
    const theirs = await social.addComment(karim, file.id, { text: 'La page 3 ?' });
    const own = await social.addComment(amina, file.id, { text: '<b>نعم</b> 👍' });
    expect(touched).toMatchObject([
      { nodeId: file.id, spaceId: space.id, what: 'comments' },
      { nodeId: file.id, spaceId: space.id, what: 'comments' },
    ]);
    expect(touched[0]?.accountIds.toSorted()).toEqual([amina.accountId, karim.accountId]);
    expect((await social.listComments(karim, file.id, page)).comments).toMatchObject([
      { id: own.id, by: 'Amina', text: '<b>نعم</b> 👍', isOwn: false, mayDelete: false, editedAt: null },
      { id: theirs.id, by: 'Karim', isOwn: true, mayDelete: true },
    ]);
    expect((await social.listComments(amina, file.id, page)).comments.map(({ mayDelete }) => mayDelete)).toEqual([
      true,
      true,
    ]);
    expect((await ibox.viewNode(karim, file.id)).comments).toBe(2);
    const edited = await social.editComment(karim, theirs.id, { text: 'La page 4 ?' });
    expect(edited).toMatchObject({ text: 'La page 4 ?', editedAt: expect.any(Number) });

    const forbidden = { code: 'forbidden' };
    await expect(social.editComment(karim, own.id, { text: 'x' })).rejects.toMatchObject(forbidden);
    await expect(social.deleteComment(karim, own.id)).rejects.toMatchObject(forbidden);
    await expect(social.editComment(amina, theirs.id, { text: 'x' })).rejects.toMatchObject(forbidden);
    await give(karim, 'writer');
    await expect(social.deleteComment(karim, own.id)).rejects.toMatchObject(forbidden);
    for (const refused of [
      () => social.listComments(lina, file.id, page),
      () => social.addComment(lina, file.id, { text: 'x' }),
      () => social.editComment(lina, own.id, { text: 'x' }),
      () => social.deleteComment(lina, own.id),
      () => social.deleteComment(amina, 999_999),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'not_found' });
    await social.deleteComment(amina, theirs.id);
    await social.deleteComment(amina, own.id);
    expect((await social.listComments(amina, file.id, page)).comments).toEqual([]);
    await close();
  });

  it('R-44 comments are in pages, rest with a deleted file, and go when it is deleted for good', async () => {
    const { db, ibox, social, amina, file, close } = await room();
    for (let n = 0; n < 5; n++) await social.addComment(amina, file.id, { text: `${n}` });
    const first = await social.listComments(amina, file.id, { limit: 3 });
    const rest = await social.listComments(amina, file.id, { limit: 3, before: first.next ?? 0 });
    expect([...first.comments, ...rest.comments].map(({ text }) => text)).toEqual(['4', '3', '2', '1', '0']);
    expect(rest.next).toBeNull();
    await ibox.deleteNode(amina, file.id, {});
    await expect(social.listComments(amina, file.id, page)).rejects.toMatchObject({ code: 'not_found' });
    await expect(social.deleteComment(amina, first.comments[0]?.id ?? 0)).rejects.toMatchObject({ code: 'not_found' });
    await ibox.history.restoreFromTrash(amina, file.id);
    expect((await social.listComments(amina, file.id, page)).comments).toHaveLength(5);
    await ibox.deleteNode(amina, file.id, {});
    await ibox.history.purgeFromTrash(amina, file.id);
    expect(await db.selectFrom('comments').selectAll().execute()).toEqual([]);
    await close();
  });

  it('R-44 favourites are each person’s own; what one may not read is left out, and comes back with the right', async () => {
    const { ibox, social, amina, karim, lina, file, space, touched, give, take, close } = await room();
    const folder = await ibox.createFolder(amina, { parentId: space.rootId, name: 'd' });
    await social.addFavourite(karim, file.id);
    await social.addFavourite(karim, file.id);
    await social.addFavourite(karim, folder.id);
    expect(touched[0]).toEqual({
      spaceId: space.id,
      nodeId: file.id,
      what: 'favourite',
      accountIds: [karim.accountId],
    });
    const names = async (actor: Actor) => (await social.listFavourites(actor)).favourites.map(({ node }) => node.name);
    expect((await names(karim)).toSorted()).toEqual(['d', 'f.txt']);
    expect((await social.listFavourites(karim)).favourites[0]?.place).toEqual([{ id: space.rootId, name: 'Amina' }]);
    expect(await names(amina)).toEqual([]);
    expect([(await ibox.viewNode(karim, file.id)).favourite, (await ibox.viewNode(amina, file.id)).favourite]).toEqual([
      true,
      false,
    ]);
    const listed = await ibox.listChildren(karim, space.rootId, { limit: 10 });
    expect(listed.favourites.toSorted()).toEqual([file.id, folder.id].toSorted());
    await ibox.deleteNode(amina, folder.id, {});
    expect(await names(karim)).toEqual(['f.txt']);
    await take(karim);
    expect(await names(karim)).toEqual([]);
    await expect(social.removeFavourite(karim, file.id)).rejects.toMatchObject({ code: 'not_found' });
    await give(karim, 'reader');
    expect(await names(karim)).toEqual(['f.txt']);
    await social.removeFavourite(karim, file.id);
    await social.removeFavourite(karim, file.id);
    expect(await names(karim)).toEqual([]);
    await expect(social.addFavourite(lina, file.id)).rejects.toMatchObject({ code: 'not_found' });
    await close();
  });

  it('a comment is text of 1 to 4,000 characters', () => {
    const accepted = ['é', '👍'.repeat(longestComment), '<script>', ' x '];
    const refused = ['', '  ', 'x'.repeat(longestComment + 1), 'a\0b', '\ud800', 5, null];
    expect(accepted.filter((text) => !CommentWrite.safeParse({ text }).success)).toEqual([]);
    expect(refused.filter((text) => CommentWrite.safeParse({ text }).success)).toEqual([]);
  });
});
