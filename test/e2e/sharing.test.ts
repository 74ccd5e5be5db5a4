import { describe, expect, it } from 'vitest';
import { available } from '../services/available.ts';
import { addresses, choose, dialog, isFine, projectAtlas, row } from './atlas.ts';

describe.skipIf(!available('chromium'))('sharing, as two people live it', { timeout: 180_000 }, () => {
  const all = projectAtlas();

  it('R-43 a folder is shared by mail address; who is invited sees it at once, accepts, and has it among their files', async () => {
    await all.bilal.page.goto('/files');
    await all.bilal.page.getByText('Ce dossier est vide').waitFor();
    await all.amina.page.goto('/files');
    await choose(all.amina.page, 'Projet Atlas', 'Partager');
    const sharing = dialog(all.amina.page, 'Partager « Projet Atlas »');
    const field = sharing.getByRole('combobox', { name: 'Inviter par e-mail' });
    await field.fill('bilal@');
    await field.press('Enter');
    await sharing.getByText('Adresse incomplète : bilal@').waitFor();
    await field.press('Backspace');
    await field.fill(`${addresses.bilal}, nadia@example.dz`);
    await field.press('Enter');
    await sharing.getByRole('combobox', { name: 'Droits' }).click();
    await isFine(all.amina.page, 'invite');
    await all.amina.page.getByRole('option', { name: /^Modification/ }).click();
    await sharing.getByRole('textbox', { name: 'Message (facultatif)' }).fill('Les plans du chantier, à compléter.');
    await sharing.getByRole('button', { name: 'Inviter', exact: true }).click();
    const people = sharing.getByRole('list', { name: 'Qui a accès' });
    await people.getByText('nadia@example.dz').waitFor();
    await people.getByText('Propriétaire').waitFor();
    await isFine(all.amina.page, 'people');
    await all.mail.mailWhere(({ subject }) => subject === 'Amina Haddad partage « Projet Atlas » avec vous');

    // Nobody reloads anything.
    await all.bilal.page.getByText('1 invitation en attente').first().waitFor({ state: 'attached' });
    await all.bilal.page.getByRole('link', { name: /^Partagés avec moi/ }).click();
    await all.bilal.page.getByText('Amina Haddad vous invite').waitFor();
    await all.bilal.page.getByText('Les plans du chantier, à compléter.').waitFor();
    await isFine(all.bilal.page, 'invitation');
    await all.bilal.page.getByRole('button', { name: 'Accepter « Projet Atlas »' }).click();
    await all.bilal.page
      .getByRole('region', { name: 'Dossiers partagés avec moi' })
      .getByText('Projet Atlas')
      .waitFor();
    await isFine(all.bilal.page, 'with-me');
    await people.getByText('Bilal Meziane').waitFor();
    await sharing.getByRole('button', { name: 'Fermer' }).click();
    await row(all.amina.page, 'Projet Atlas').getByText('Dossier partagé').waitFor({ state: 'attached' });
    await isFine(all.amina.page, 'mark');

    await all.bilal.page.getByRole('link', { name: 'Mes fichiers' }).first().click();
    await row(all.bilal.page, 'Projet Atlas').getByText('Partagé par Amina Haddad').waitFor({ state: 'attached' });
    await all.bilal.page.getByRole('link', { name: 'Projet Atlas', exact: true }).click();
    await row(all.bilal.page, 'plan.txt').waitFor();
  });

  it('R-43 a writer’s upload appears at the owner’s; a reader has no writing action; who is removed has the folder no more', async () => {
    await all.amina.page.getByRole('link', { name: 'Projet Atlas', exact: true }).click();
    await row(all.amina.page, 'plan.txt').waitFor();
    const chooser = all.bilal.page.waitForEvent('filechooser');
    await all.bilal.page.getByRole('button', { name: 'Envoyer des fichiers', exact: true }).click();
    await (await chooser).setFiles({ name: 'devis.txt', mimeType: 'text/plain', buffer: Buffer.from('Devis') });
    await row(all.amina.page, 'devis.txt').waitFor();
    await isFine(all.bilal.page, 'writer');

    await all.amina.page.getByRole('button', { name: 'Gérer le partage' }).click();
    const sharing = dialog(all.amina.page, 'Partager « Projet Atlas »');
    await sharing.getByRole('combobox', { name: 'Droits de Bilal Meziane' }).click();
    await all.amina.page.getByRole('option', { name: /^Lecture/ }).click();
    await all.bilal.page.getByText('Partagé par Amina Haddad · Lecture').waitFor();
    const upload = all.bilal.page.getByRole('button', { name: 'Envoyer des fichiers', exact: true });
    await upload.waitFor({ state: 'detached' });
    expect(await all.bilal.page.getByRole('button', { name: 'Nouveau dossier' }).count()).toBe(0);
    await row(all.bilal.page, 'plan.txt').click({ button: 'right', position: { x: 420, y: 20 } });
    const offered = await all.bilal.page.getByRole('menuitem').allTextContents();
    for (const action of ['Renommer', 'Déplacer', 'Supprimer', 'Verrouiller', 'Partager'])
      expect(offered.filter((one) => one.startsWith(action))).toEqual([]);
    await all.bilal.page.keyboard.press('Escape');
    await all.bilal.page.keyboard.press('Delete');
    await isFine(all.bilal.page, 'reader');
    expect(await all.amina.client.children(all.folder)).toHaveLength(4);

    await sharing.getByRole('button', { name: 'Retirer Bilal Meziane' }).click();
    const asked = dialog(all.amina.page, 'Retirer Bilal Meziane ?');
    await isFine(all.amina.page, 'remove');
    await asked.getByRole('button', { name: 'Retirer', exact: true }).click();
    await all.bilal.page.getByText('Introuvable, ou vous n’y avez pas accès.').waitFor();
    await all.bilal.page.getByRole('link', { name: 'Mes fichiers' }).first().click();
    await all.bilal.page.getByText('Ce dossier est vide').waitFor();
    await sharing.getByRole('button', { name: 'Fermer' }).click();
  });

  it('R-43 a member leaves by the folder itself, which says what that means; an owner ends it and keeps all', async () => {
    const again = { people: [{ email: addresses.bilal, role: 'manager' }] };
    expect((await all.amina.client.post(`/api/ibox/nodes/${all.folder}/share`, again)).status).toBe(200);
    await all.bilal.page.goto('/files/shared');
    await all.bilal.page.getByRole('button', { name: 'Accepter « Projet Atlas »' }).click();
    await all.bilal.page.getByRole('button', { name: 'Gérer le partage : Projet Atlas' }).waitFor();
    await all.bilal.page.goto('/files');
    await choose(all.bilal.page, 'Projet Atlas', 'Renommer');
    const naming = dialog(all.bilal.page, 'Renommer « Projet Atlas »');
    await naming.getByText('Ce nom n’est que pour vous').waitFor();
    await isFine(all.bilal.page, 'own-name');
    await naming.getByRole('textbox', { name: 'Nouveau nom' }).fill('Atlas d’Amina');
    await all.bilal.page.keyboard.press('Enter');
    await row(all.bilal.page, 'Atlas d’Amina').click({ position: { x: 420, y: 20 } });
    await all.bilal.page.keyboard.press('Delete');
    const leaving = dialog(all.bilal.page, 'Quitter « Atlas d’Amina » ?');
    await leaving.getByText('Rien n’est supprimé chez les autres.').waitFor();
    await isFine(all.bilal.page, 'leave');
    await leaving.getByRole('button', { name: 'Quitter', exact: true }).click();
    await row(all.bilal.page, 'Atlas d’Amina').waitFor({ state: 'detached' });

    await all.amina.page.goto('/files');
    await choose(all.amina.page, 'Projet Atlas', 'Arrêter le partage');
    const stopping = dialog(all.amina.page, 'Arrêter de partager « Projet Atlas » ?');
    await isFine(all.amina.page, 'stop');
    await stopping.getByRole('button', { name: 'Arrêter le partage' }).click();
    await row(all.amina.page, 'Projet Atlas').getByText('Dossier partagé').waitFor({ state: 'detached' });
    await all.amina.page.getByRole('link', { name: 'Projet Atlas', exact: true }).click();
    await row(all.amina.page, 'devis.txt').waitFor();
  });
});
