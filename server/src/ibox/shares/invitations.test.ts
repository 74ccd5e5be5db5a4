import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { codeOf, testPerson } from '../test-room.ts';
import { twoPeople } from './test-shares.ts';

onEachDatabase((open) => {
  const we = twoPeople(open);
  const { rootOf, mkdir, children, share } = we;

  it('R-43 invitations are mailed in the language of who has the address, else of who invites; each answers for themself', async () => {
    await we.room.db.updateTable('accounts').set({ language: 'ar' }).where('id', '=', we.karim.accountId).execute();
    const folder = await mkdir(we.amina, we.root, 'Bilan');
    const unknown = `nobody-${we.people}@diwan.test`;
    const told: string[][] = [];
    const end = we.room.bus.subscribe('shares:changed', ({ accountIds }) => void told.push(accountIds));
    await we.room.ibox.shares.shareFolder(we.amina, folder.id, {
      people: [
        { email: we.karim.email, role: 'reader' },
        { email: unknown, role: 'writer' },
      ],
      message: 'Pour lundi',
    });
    await we.room.ibox.shares.close();
    end();
    expect(told).toContainEqual([we.karim.accountId]);
    const mails = await Promise.all(
      (await readdir(join(we.room.folder, 'mail'))).map(async (name) =>
        simpleParser(await readFile(join(we.room.folder, 'mail', name))),
      ),
    );
    const mailTo = (email: string) => mails.find(({ to }) => [to].flat()[0]?.value[0]?.address === email);
    expect(mailTo(unknown)?.subject).toBe(`${we.amina.name} partage « Bilan » avec vous`);
    expect(mailTo(unknown)?.text).toContain('> Pour lundi');
    expect(mailTo(we.karim.email)?.subject).toContain('يشارك معك');

    const lina = await testPerson(we.room.db, `Lina${we.people}`);
    const [invitation] = await we.room.ibox.shares.listInvitations(we.karim);
    expect(invitation).toMatchObject({ name: 'Bilan', from: we.amina.name, role: 'reader', message: 'Pour lundi' });
    const id = invitation?.id ?? '';
    for (const other of [lina, we.amina]) {
      expect(await codeOf(we.room.ibox.shares.acceptInvitation(other, id))).toBe('not_found');
      expect(await codeOf(we.room.ibox.shares.declineInvitation(other, id))).toBe('not_found');
    }
    await we.room.ibox.shares.declineInvitation(we.karim, id);
    expect(await codeOf(we.room.ibox.shares.acceptInvitation(we.karim, id))).toBe('not_found');
    const { spaceId } = await share(folder.id, [we.karim, 'reader']);
    await we.room.db
      .updateTable('shareInvitations')
      .set({ expiresAt: Date.now() - 1 })
      .where('email', '=', we.karim.email)
      .execute();
    expect(await we.room.ibox.shares.listInvitations(we.karim)).toEqual([]);
    const sharing = await we.room.ibox.shares.readSharing(we.amina, spaceId);
    expect(sharing.invitations.map(({ email }) => email)).toEqual([unknown]);
    await we.room.ibox.shares.withdrawInvitation(we.amina, spaceId, sharing.invitations[0]?.id ?? '');
    expect(
      await codeOf(we.room.ibox.shares.withdrawInvitation(we.amina, spaceId, sharing.invitations[0]?.id ?? '')),
    ).toBe('not_found');
  });

  it('R-43 of many who accept one invitation at once, one does; a withdrawal and an acceptance never both do', async () => {
    const folder = await mkdir(we.amina, we.root, 'Projet');
    const { spaceId } = await share(folder.id, [we.karim, 'reader']);
    const [invitation] = await we.room.ibox.shares.listInvitations(we.karim);
    const id = invitation?.id ?? '';
    const codes = await Promise.all([
      ...Array.from({ length: 5 }, () => codeOf(we.room.ibox.shares.acceptInvitation(we.karim, id))),
      codeOf(we.room.ibox.shares.withdrawInvitation(we.amina, spaceId, id)),
    ]);
    expect(codes.sort()).toEqual([...Array(5).fill('not_found'), 'ok']);
    const isIn = (await we.room.ibox.shares.readSharing(we.amina, spaceId)).members.length === 2;
    expect(await children(we.karim, await rootOf(we.karim))).toEqual(isIn ? ['Projet'] : []);
  });
});
