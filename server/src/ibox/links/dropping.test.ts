import { describe, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { codeOf, inPieces } from '../test-room.ts';
import { allRefused, linksOfLina, password, visitor } from './test-links.ts';

onEachDatabase((open) => {
  const the = linksOfLina(open);
  const { folder, file, make } = the;

  describe('R-43 dropping files', () => {
    const drop = async (token: string, name: string, bytes: string, key?: { id: string; generation: number }) => {
      const upload = await the.links.drop(token, visitor(key), bytes.length);
      try {
        await upload.add(name, inPieces(Buffer.from(bytes)), {});
        return await upload.commit();
      } finally {
        await upload.close();
      }
    };

    it('files arrive under the link’s name, beside what is there, and nothing is seen or told', async () => {
      const box = await folder('Boîte');
      const mine = await file('devis.txt', 'le mien', box.id);
      const { link, token } = await make(box.id, { kind: 'drop', label: 'Fournisseurs' });
      expect(await the.links.view(token, visitor())).toMatchObject({ kind: 'drop', name: 'Boîte', node: null });
      expect(await drop(token, 'devis.txt', 'le leur')).toEqual({ files: [{ name: 'devis.txt', size: 7 }] });
      const { nodes } = await the.room.ibox.listChildren(the.lina, box.id, { limit: 10 });
      expect(nodes.map(({ name, changedBy, viaLink }) => [name, changedBy, viaLink])).toEqual([
        ['devis (2).txt', 'Fournisseurs', true],
        ['devis.txt', 'Lina', undefined],
      ]);
      const { versions } = await the.room.ibox.history.listVersions(the.lina, nodes[0]?.id as string, { limit: 10 });
      expect(versions).toMatchObject([{ createdBy: 'Fournisseurs', viaLink: true }]);
      expect((await the.links.list(the.lina, box.id))[0]).toMatchObject({ id: link.id, uploads: 1 });
      const who = visitor();
      await allRefused(
        [
          the.links.viewNode(token, who, mine.id),
          the.links.viewNode(token, who, box.id),
          the.links.listChildren(token, who, box.id, { limit: 10 }),
          the.links.openContent(token, who, mine.id),
          the.links.openArchive(token, who, box.id, true),
          the.links.openPicture(token, who, mine.id, 256),
          the.links.readText(token, who, mine.id),
        ],
        'forbidden',
      );
      const reading = await make(box.id);
      expect(await codeOf(drop(reading.token, 'x.txt', 'x'))).toBe('forbidden');
    });

    it('names that lead elsewhere are refused', async () => {
      const box = await folder('Noms');
      const { token } = await make(box.id, { kind: 'drop' });
      for (const name of ['../x', 'a/b', '..', 'a\0b', '\\\\x'])
        expect(await codeOf(drop(token, name, 'x'))).toBe('name_invalid');
    });

    it('the owner’s quota holds, told without its figures', async () => {
      const box = await folder('Pleine');
      const { token } = await make(box.id, { kind: 'drop' });
      expect(await codeOf(the.links.drop(token, visitor(), 20_000_000))).toBe('quota_exceeded');
      const upload = await the.links.drop(token, visitor(), 0);
      const error = await upload.add('gros.bin', inPieces(Buffer.alloc(1_100_000)), {}).catch((thrown) => thrown);
      await upload.close();
      expect([error.code, error.detail]).toEqual(['quota_exceeded', undefined]);
      // Two that would fit one by one.
      const both = await Promise.allSettled([
        drop(token, 'a', 'a'.repeat(600_000)),
        drop(token, 'b', 'b'.repeat(600_000)),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const { reason } = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      expect([reason.code, reason.detail]).toEqual(['quota_exceeded', undefined]);
    });

    it('what is taken away while an upload lasts counts', async () => {
      const ended = {
        link_gone: (id: string) => the.links.revoke(the.lina, id),
        link_password: (id: string) => the.links.patch(the.lina, id, { password }),
      };
      for (const [code, end] of Object.entries(ended)) {
        const box = await folder(`Pendant ${code}`);
        const { link, token } = await make(box.id, { kind: 'drop' });
        const upload = await the.links.drop(token, visitor(), 1);
        await upload.add('x.txt', inPieces(Buffer.from('x')), {});
        await end(link.id);
        expect(await codeOf(upload.commit())).toBe(code);
        await upload.close();
        expect((await the.room.ibox.listChildren(the.lina, box.id, { limit: 10 })).nodes).toEqual([]);
      }
      const box = await folder('Pendant la corbeille');
      const { token } = await make(box.id, { kind: 'drop' });
      const upload = await the.links.drop(token, visitor(), 1);
      await upload.add('x.txt', inPieces(Buffer.from('x')), {});
      await the.room.ibox.deleteNode(the.lina, box.id, {});
      expect(await codeOf(upload.commit())).toBe('link_gone');
      await upload.close();
    });
  });
});
