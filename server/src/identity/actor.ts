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
