import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findAccounts,
  fromField,
  newNotice,
  noticeFault,
  quotaBytes,
  quotaChoice,
  termsFault,
  toField,
  workerLoads,
} from './model.ts';

const now = Date.UTC(2026, 5, 1, 10, 20);
const text = { fr: 'Mise à jour', ar: 'تحديث', en: 'Update' };
const draft = { ...newNotice(now), text };

describe('a notice being written', () => {
  it('R-54 starts as the next whole hour and lacks nothing but its text', () => {
    expect(noticeFault(draft, now)).toBeUndefined();
    expect(noticeFault(newNotice(now), now)).toBe('text');
    expect(fromField(draft.start) - now).toBe(40 * 60_000);
  });

  it('R-54 is not published with a window that is empty, backwards, past or not filled in', () => {
    expect(noticeFault({ ...draft, end: draft.start }, now)).toBe('window');
    expect(noticeFault({ ...draft, end: '' }, now)).toBe('window');
    expect(noticeFault(draft, fromField(draft.end))).toBe('over');
  });

  it('R-54 names a service and speaks all three languages', () => {
    expect(noticeFault({ ...draft, services: [] }, now)).toBe('services');
    expect(noticeFault({ ...draft, text: { ...text, ar: ' ' } }, now)).toBe('text');
  });

  it('R-54 keeps its times, to the minute, through the fields of the form', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2090, 0) }), (instant) => {
        const minute = Math.floor(instant / 60_000) * 60_000;
        // The hour that clocks repeat in autumn can't be written in such a field.
        fc.pre(new Date(minute).getTimezoneOffset() === new Date(minute - 7_200_000).getTimezoneOffset());
        expect(fromField(toField(minute))).toBe(minute);
      }),
    );
  });
});

describe('a new version of the terms', () => {
  it('R-04 is not published incomplete or unchanged, for it asks everybody again', () => {
    expect(termsFault({ ...text, en: '' }, text)).toBe('incomplete');
    expect(termsFault({ ...text, en: 'Update \n' }, text)).toBe('unchanged');
    expect(termsFault({ ...text, en: 'Other' }, text)).toBeUndefined();
  });
});

describe('looking for an account', () => {
  it('R-57 finds by parts of name and address, whatever case and accents', () => {
    const accounts = [
      { name: 'Élodie Haddad', email: 'elodie@exemple.dz' },
      { name: 'Samir Haddad', email: 'samir@exemple.dz' },
    ];
    expect(findAccounts(accounts, 'haddad élo')).toEqual([accounts[0]]);
    expect(findAccounts(accounts, '  ')).toEqual(accounts);
    expect(findAccounts(accounts, 'SAMIR@')).toEqual([accounts[1]]);
  });
});

it('a limit of storage is the one of all, none, or one of its own in bytes', () => {
  expect([null, 0, 5e9].map(quotaChoice)).toEqual(['all', 'none', 'own']);
  expect([quotaBytes('all', 5), quotaBytes('none', 5), quotaBytes('own', 0.5)]).toEqual([null, 0, 500_000_000]);
  for (const bytes of [null, 0, 7e9]) expect(quotaBytes(quotaChoice(bytes), (bytes ?? 0) / 1e9)).toBe(bytes);
});

it('R-57 the load of a media worker is what it took between two looks; one that was started again has none yet', () => {
  const worker = (index: number, cpuMs: number) => ({ index, rooms: 0, producers: 0, consumers: 0, cpuMs });
  const before = { at: 1000, workers: [worker(0, 500), worker(1, 9000)] };
  const now = { at: 3000, workers: [worker(0, 1500), worker(1, 10), worker(2, 700)] };
  expect(workerLoads(before, now)).toEqual({ 0: 0.5 });
  expect(workerLoads(undefined, now)).toEqual({});
  expect(workerLoads(now, now)).toEqual({});
});
