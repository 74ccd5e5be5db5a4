import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../sync-agent/src/exit-codes.ts';
import { type House, openHouse, paths, rest, until } from '../sync-cases/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

const text = { fr: 'Mise à jour du stockage', ar: 'تحديث التخزين', en: 'Storage update' };
const publish = async (startsAt: number, endsAt: number, services = ['ibox']) =>
  (await house.client.post('/api/admin/notices', { severity: 'warning', services, startsAt, endsAt, text })).body;

describe('maintenance while an agent runs', { timeout: 240_000 }, () => {
  it('R-54 R-56 it pauses for exactly the announced window, says why and until when, and resumes by itself; nothing is lost', async () => {
    const [a, b] = [await house.machine('Alger'), await house.machine('Bejaia')];
    const agents = [await a.live(), await b.live()];
    writeFileSync(a.path('before'), 'before');
    await rest(house, a, b);

    const startsAt = Date.now() + 3000;
    const notice = await publish(startsAt, startsAt + 8000);
    const paused = await until(() => a.status()?.phase === 'paused' && (a.status()?.pause ?? undefined));
    expect(Date.now()).toBeGreaterThanOrEqual(startsAt - 100);
    expect(paused).toMatchObject({ why: 'maintenance', detail: text.en });
    expect(Math.abs((paused.until ?? 0) - notice.endsAt)).toBeLessThan(3000);
    expect((await a.run('status')).said).toMatchObject([{ phase: 'paused', pause: { why: 'maintenance' } }]);
    await until(() => b.status()?.phase === 'paused');

    writeFileSync(a.path('during'), 'of Alger');
    writeFileSync(b.path('during too'), 'of Bejaia');
    await until(async () => {
      const [there, now] = [await house.tree(), Date.now()];
      if (now < notice.endsAt - 500) expect(there.has('during') || there.has('during too')).toBe(false);
      return there.has('during') && there.has('during too');
    });
    await rest(house, a, b);
    expect(paths(a)).toEqual(['before', 'during', 'during too']);
    for (const { said } of agents) {
      const events = said.map(({ event }) => event);
      expect(events.indexOf('paused')).toBeGreaterThan(events.indexOf('notice'));
      expect(events.indexOf('resumed')).toBeGreaterThan(events.indexOf('paused'));
    }
    for (const agent of agents) await agent.stop();
  });

  it('R-54 a window that is under way stops who comes later; withdrawn, it stops nobody; that of another service neither', async () => {
    const m = await house.machine('Constantine');
    await publish(Date.now(), Date.now() + 600_000, ['vroom', 'portal']);
    await m.sync();
    const { id } = await publish(Date.now(), Date.now() + 600_000);
    expect((await m.run('sync')).code).toBe(exitCodes.paused);
    const { child } = m.start('run');
    await until(() => m.status()?.pid === child.pid && m.status()?.pause?.why === 'maintenance');
    writeFileSync(m.path('waiting'), 'waiting');
    await house.client.request('DELETE', `/api/admin/notices/${id}`);
    await until(async () => (await house.tree()).has('waiting'));
    child.kill('SIGTERM');
  });
});
