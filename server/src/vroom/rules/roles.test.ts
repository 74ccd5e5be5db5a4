import { Source } from '@diwan/protocol/vroom.ts';
import { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newMeeting, roleOf } from '../rooms/meeting-now.ts';
import { type Deed, inCharge, type OwnDeed, refuseDeed, refuseOwnDeed, refuseSource, rights } from './roles.ts';
import { refuseToEnter } from './room.ts';

const role = fc.constantFrom(...MeetingRole.options);
const deed = fc.constantFrom(...(Object.keys(rights) as Deed[]));
const switches = { share: fc.boolean(), chat: fc.boolean(), unmute: fc.boolean(), notes: fc.boolean() };
const settings = fc.record(switches);
const rank = { host: 2, cohost: 1, participant: 0, guest: 0 } as const;

it('R-33 who is not in charge may do nothing to others or to the meeting, and a host may do all that a co-host may', () => {
  fc.assert(
    fc.property(
      deed,
      role,
      fc.option(fc.record({ role, owner: fc.boolean() }), { nil: undefined }),
      (what, by, over) => {
        if (!inCharge(by)) expect(refuseDeed(what, { role: by }, over)?.code).toBe('forbidden');
        if (refuseDeed(what, { role: 'cohost' }, over) === undefined)
          expect(refuseDeed(what, { role: 'host' }, over)).toBeUndefined();
      },
    ),
  );
});

it('R-33 nobody silences, asks or removes one who stands as high, and nobody is removed from a room of their own', () => {
  const overPeople = fc.constantFrom<Deed>('stop', 'ask-unmute', 'remove');
  fc.assert(
    fc.property(overPeople, role, role, fc.boolean(), (what, by, over, owner) => {
      const may = refuseDeed(what, { role: by }, { role: over, owner }) === undefined;
      expect(may).toBe(rank[by] > rank[over] && !(what === 'remove' && owner));
    }),
  );
});

it('R-33 only the host appoints, passes on and ends; a guest is never in charge', () => {
  for (const by of MeetingRole.options) {
    expect(refuseDeed('end', { role: by }) === undefined).toBe(by === 'host');
    for (const what of ['appoint', 'pass-on'] as const)
      for (const over of MeetingRole.options)
        expect(refuseDeed(what, { role: by }, { role: over, owner: false }) === undefined).toBe(
          by === 'host' && (over === 'cohost' || over === 'participant'),
        );
  }
});

it('R-33 the owner is host until the meeting is passed on; roles are those of the person', () => {
  const id = fc.constantFrom('owner', 'a', 'b', 'guest:1');
  fc.assert(
    fc.property(id, id, fc.array(id), (who, hostId, cohosts) => {
      const now = roleOf(who, { hostId, cohosts: new Set(cohosts) });
      // A guest is in charge only where the operator's systems say so: nobody appoints one (below).
      expect(now === 'guest').toBe(who.startsWith('guest:') && who !== hostId && !cohosts.includes(who));
      if (now === 'host') expect(who).toBe(hostId);
      if (now === 'cohost') expect(cohosts).toContain(who);
    }),
  );
  expect(roleOf('owner', newMeeting({ ownerId: 'owner' }))).toBe('host');
});

it('R-33 what is not allowed is refused to participants and guests, never to those in charge; the camera is everybody’s own', () => {
  const own = fc.constantFrom<OwnDeed>('share', 'chat', 'unmute', 'notes');
  const source = fc.constantFrom(...Source.options);
  fc.assert(
    fc.property(own, role, settings, (what, by, allowed) => {
      expect(refuseOwnDeed(what, by, allowed) === undefined).toBe(allowed[what] || inCharge(by));
    }),
  );
  fc.assert(
    fc.property(source, role, fc.boolean(), settings, (what, by, mayUnmute, allowed) => {
      const may = { microphone: allowed.unmute || mayUnmute, camera: true, screen: allowed.share };
      const key = what === 'screen-audio' ? 'screen' : what;
      const refused = refuseSource(what, { role: by, mayUnmute }, allowed);
      expect(refused === undefined).toBe(may[key] || inCharge(by));
    }),
  );
});

it('R-33 at the door: the owner always comes in, who is kept out never, and nothing else opens what is closed', () => {
  const who = fc.record({
    role,
    owner: fc.boolean(),
    present: fc.boolean(),
    admitted: fc.boolean(),
    keptOut: fc.boolean(),
    sent: fc.boolean(),
    password: fc.boolean(),
  });
  const room = fc.record({ lobby: fc.boolean(), password: fc.boolean(), guests: fc.boolean(), locked: fc.boolean() });
  fc.assert(
    fc.property(who, room, (person, closed) => {
      const code = refuseToEnter(person, { settings: closed })?.code;
      const expected = person.owner
        ? undefined
        : person.keptOut
          ? 'room_kept_out'
          : person.present || person.admitted || inCharge(person.role)
            ? undefined
            : person.role === 'guest' && !closed.guests && !person.sent
              ? 'room_not_found'
              : 'by the room';
      if (expected !== 'by the room') {
        expect(code).toBe(expected);
        return;
      }
      // The last closed thing decides only when all before it are open.
      const asks = (closed.password && !person.password) || closed.lobby;
      const open = !closed.locked && (person.sent || !asks);
      expect(code === undefined).toBe(open);
      // Nobody waits who could not come in once let in.
      if (code === 'room_lobby') expect(closed.locked || (closed.password && !person.password)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});
