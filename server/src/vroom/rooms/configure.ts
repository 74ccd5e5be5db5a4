import { HubError } from '@diwan/protocol/errors.ts';
import type { RoomSettingsChange } from '@diwan/protocol/vroom-roles.ts';
import type { Db } from '../../db/database.ts';
import { refuseEncryptionChange } from '../rules/encryption.ts';
import { inCharge } from '../rules/roles.ts';
import { stopSource } from './host.ts';
import { type Live, type LiveRoom, type Participant, tellAll } from './live-room.ts';
import { admit } from './lobby.ts';
import { roleOf, settingsOf } from './meeting-now.ts';
import { renewMedia } from './parts.ts';
import { everybodyOf, placesOf } from './places.ts';
import { findRoom, type RoomRecord, storedSettings } from './room-record.ts';

/** The house's own way of keeping passwords. */
export interface Passwords {
  hash(password: string): Promise<string>;
  matches(hash: string, password: string): Promise<boolean>;
  /** Slows guessing, by the room and by who guesses. */
  guesses: {
    /** @throws HubError too_many_attempts */
    attempt(roomId: string, personId: string): Promise<void>;
    succeeded(roomId: string, personId: string): Promise<void>;
  };
}

/** What can't be changed now, whoever wishes it. @throws HubError encryption_stays */
export function mustBeChangeable(room: LiveRoom | undefined, record: RoomRecord, change: RoomSettingsChange): void {
  const { encrypted } = (room?.record ?? record).settings;
  const no = refuseEncryptionChange(change, { encrypted, present: room ? everybodyOf(room).length : 0 });
  if (no) throw no;
}

/** Keeps what is to be kept. Whether the actor may is decided before. */
export async function storeSettings(
  db: Db,
  passwords: Passwords,
  roomId: string,
  { password, locked: _live, ...switches }: RoomSettingsChange,
): Promise<RoomRecord> {
  const passwordHash = typeof password === 'string' ? await passwords.hash(password) : password;
  const set = {
    ...Object.fromEntries(storedSettings.flatMap((name) => (name in switches ? [[name, switches[name] ? 1 : 0]] : []))),
    ...(passwordHash !== undefined && { passwordHash }),
  };
  if (Object.keys(set).length > 0) await db.updateTable('rooms').set(set).where('id', '=', roomId).execute();
  return findRoom(db, roomId);
}

/** What new settings mean for those who are in or wait, and everybody told. */
export async function applySettings(
  live: Live,
  room: LiveRoom,
  next: RoomRecord,
  change: RoomSettingsChange,
  by: Participant | undefined,
): Promise<void> {
  const { meeting } = room;
  const before = room.record.settings.encrypted;
  // A meeting that is encrypted stays so; what was stored meanwhile is for the next one.
  const encrypted = next.settings.encrypted || (before && everybodyOf(room).length > 0);
  room.record = { ...next, settings: { ...next.settings, encrypted } };
  if (change.locked !== undefined) {
    meeting.locked = change.locked;
    // Who was let in before and left is somebody new again.
    if (change.locked) meeting.admitted.clear();
  }
  for (const place of placesOf(room)) tellAll(live, place, 'room:settings', settingsOf(room.record, meeting));
  if (encrypted && !before) for (const place of placesOf(room)) renewMedia(live, place);
  if (change.lobby === false) admit(live, room);
  const others = everybodyOf(room).filter((p) => !inCharge(roleOf(p.personId, meeting)));
  if (change.unmute === false)
    for (const other of others)
      other.mayUnmute = [...(other.media?.producers.values() ?? [])].some(
        ({ source, producer }) => source === 'microphone' && !producer.paused,
      );
  if (change.share === false) await Promise.all(others.map((other) => stopSource(live, by, other, 'screen')));
}

/** @throws HubError too_many_attempts, room_password */
export async function checkPassword(
  passwords: Passwords,
  record: RoomRecord,
  personId: string,
  password: string,
): Promise<void> {
  if (record.passwordHash === null) return;
  await passwords.guesses.attempt(record.id, personId);
  if (!(await passwords.matches(record.passwordHash, password))) throw new HubError('room_password', 'not this one');
  await passwords.guesses.succeeded(record.id, personId);
}
