import { z } from 'zod';
import { Instant } from './identity.ts';

// Who may do what in a meeting, and who comes in. The server decides all of it (server/src/vroom/rules).

const Id = z.string().min(1).max(64);

/** The host is the room's owner, or whom they passed the meeting on to; a guest has no account. */
export const MeetingRole = z.enum(['host', 'cohost', 'participant', 'guest']);
export type MeetingRole = z.infer<typeof MeetingRole>;

/** What holds for a room, as everybody sees it. Kept with the room, but for `locked`, which ends with the meeting. */
export const RoomSettings = z.object({
  /** Who comes waits until somebody in charge lets them in. */
  lobby: z.boolean(),
  /** A password is asked for; which one is never told. */
  password: z.boolean(),
  /** People without an account may come by the link. */
  guests: z.boolean(),
  /** Participants and guests may share their screen, write, turn their microphone on, change the shared notes and drawing. */
  share: z.boolean(),
  chat: z.boolean(),
  unmute: z.boolean(),
  notes: z.boolean(),
  /** Nobody new comes in. */
  locked: z.boolean(),
  /** Sound and pictures are sealed end to end. Stays as long as a meeting lasts, once it is so: encryption_stays. */
  encrypted: z.boolean(),
});
export type RoomSettings = z.infer<typeof RoomSettings>;

/** PATCH /api/rooms/:id/settings -> Room, and the call host:configure. What is not named stays as it is. */
export const RoomSettingsChange = z
  .strictObject({
    ...RoomSettings.omit({ password: true }).shape,
    /** null: none is asked for any more. */
    password: z.string().trim().min(6).max(200).nullable(),
  })
  .partial();
export type RoomSettingsChange = z.infer<typeof RoomSettingsChange>;

/** What those in charge can silence: with the screen goes its sound. */
export const StoppableSource = z.enum(['microphone', 'camera', 'screen']);
export type StoppableSource = z.infer<typeof StoppableSource>;

/** Somebody at the door: `id` is for the calls below. */
export const AtTheDoor = z.object({ id: z.string(), name: z.string(), guest: z.boolean(), since: Instant });
export type AtTheDoor = z.infer<typeof AtTheDoor>;

const ofParticipant = z.strictObject({ participantId: Id });
const nothing = z.object({});

export const rolesCalls = {
  /**
   * Waits to be let in, where room:join was refused with `room_lobby`. Who asks again keeps their place. `admitted`: join now.
   * Until then nothing of the meeting is told.
   */
  'lobby:knock': {
    request: z.strictObject({
      roomId: Id,
      name: z.string().trim().min(1).max(120).optional(),
      password: z.string().max(200).optional(),
    }),
    answer: z.object({
      admitted: z.boolean(),
      title: z.string(),
      ownerName: z.string(),
      /** Whether anybody is there who can let people in. */
      attended: z.boolean(),
    }),
  },
  'lobby:leave': { request: z.strictObject({}), answer: nothing },
  'lobby:admit': { request: z.strictObject({ ids: z.array(Id).min(1).max(1000) }), answer: nothing },
  /** Sends away, and keeps out until the meeting is over or host:readmit. */
  'lobby:refuse': { request: z.strictObject({ ids: z.array(Id).min(1).max(1000) }), answer: nothing },
  'host:configure': { request: RoomSettingsChange, answer: nothing },
  'host:stop': { request: ofParticipant.extend({ source: StoppableSource }), answer: nothing },
  /** The microphones of everybody over whom the caller has a say. */
  'host:mute-all': { request: z.strictObject({}), answer: nothing },
  /** Asks only: nobody's microphone is turned on but by themselves. */
  'host:ask-unmute': { request: ofParticipant, answer: nothing },
  'host:remove': { request: ofParticipant, answer: nothing },
  'host:readmit': { request: z.strictObject({ id: Id }), answer: nothing },
  /** Everybody's attention for one person; null ends it. */
  'host:spotlight': { request: z.strictObject({ participantId: Id.nullable() }), answer: nothing },
  /** `host` passes the meeting on, for as long as it lasts. */
  'host:appoint': {
    request: ofParticipant.extend({ role: z.enum(['host', 'cohost', 'participant']) }),
    answer: nothing,
  },
  /** Ends the meeting for all; the room stays for the next one. */
  'host:end': { request: z.strictObject({}), answer: nothing },
  'unmute:answer': { request: z.strictObject({ accepted: z.boolean() }), answer: nothing },
} as const;

export const rolesEvents = {
  /** To who waits. */
  'lobby:admitted': z.object({ roomId: z.string() }),
  'lobby:refused': z.object({ roomId: z.string() }),
  /** Whether anybody is there who can let people in. */
  'lobby:attended': z.object({ roomId: z.string(), attended: z.boolean() }),
  /** To those in charge: who waits, in the order of their coming, and who is kept out; all of it each time. */
  'room:door': z.object({ waiting: z.array(AtTheDoor), keptOut: z.array(AtTheDoor) }),
  'room:settings': RoomSettings,
  'room:spotlight': z.object({ participantId: z.string().nullable() }),
  'participant:role': z.object({ participantId: z.string(), role: MeetingRole }),
  /** To the one concerned. */
  'host:stopped': z.object({ source: StoppableSource, by: z.string().nullable() }),
  'host:asks-unmute': z.object({ by: z.string() }),
  /** To those in charge. */
  'unmute:answered': z.object({ participantId: z.string(), accepted: z.boolean() }),
} as const;
