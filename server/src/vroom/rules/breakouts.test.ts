import { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deal, refuseMove } from './breakouts.ts';
import { inCharge } from './roles.ts';

const last = (below: number) => below - 1;

it('R-33 people dealt out over breakout rooms: everybody once, no room with more than one person more than another', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(), { maxLength: 200 }),
      fc.integer({ min: 2, max: 20 }),
      fc.infiniteStream(fc.nat()),
      (people, rooms, numbers) => {
        const dealt = deal(people, rooms, (below) => (numbers.next().value as number) % below);
        expect(dealt.length).toBe(rooms);
        expect(dealt.flat().toSorted((a, b) => a - b)).toEqual(people.toSorted((a, b) => a - b));
        const sizes = dealt.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

it('R-33 each way to deal people out is as likely as any other', () => {
  const people = ['a', 'b', 'c', 'd'];
  const orders = new Map<string, number>();
  // All that chance can say: one of 4, one of 3, one of 2.
  for (let one = 0; one < 4; one++)
    for (let two = 0; two < 3; two++)
      for (let three = 0; three < 2; three++) {
        const said = [one, two, three];
        const order = deal(people, 4, () => said.shift() ?? 0).join('');
        orders.set(order, (orders.get(order) ?? 0) + 1);
      }
  expect(orders.size).toBe(24);
  expect(deal(people, 2, last).map(({ length }) => length)).toEqual([2, 2]);
  expect(people, 'the list itself stays as it was').toEqual(['a', 'b', 'c', 'd']);
});

it('R-33 people go back, and to where they belong; those in charge go anywhere, and bring those over whom they have a say', () => {
  const role = fc.constantFrom(...MeetingRole.options);
  const place = fc.constantFrom('one', 'two');
  fc.assert(
    fc.property(
      ...[role, role, fc.boolean(), fc.boolean()],
      fc.option(place),
      fc.option(place, { nil: undefined }),
      (by, over, own, choose, to, assigned) => {
        const subject = own ? by : over;
        const may = refuseMove({ role: by }, { role: subject, own, to, assigned, choose }) === undefined;
        if (own) expect(may).toBe(to === null || to === assigned || choose || inCharge(by));
        else if (by === 'host') expect(may).toBe(over !== 'host');
        else expect(may).toBe(by === 'cohost' && !inCharge(over));
      },
    ),
  );
});
