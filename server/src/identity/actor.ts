import type { Language } from '@diwan/protocol/errors.ts';
import type { Audience, Role } from '@diwan/protocol/identity.ts';

/** Who does something: what every verb of every room is given. */
export interface Actor {
  readonly accountId: string;
  readonly sessionId: string;
  readonly audience: Audience;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly language: Language;
}

/** What the operator's systems let a guest be, whom they sent (join links). */
export type GuestPower = 'host' | 'participant';

/** Somebody without an account whom a room's link let in: for that room's meeting, and for nothing else. */
export interface Guest {
  readonly audience: 'guest';
  readonly guestId: string;
  readonly roomId: string;
  readonly name: string;
  readonly language: Language;
  /** Nothing for who came by the room's own link. */
  readonly power?: GuestPower | undefined;
}
