import type { VroomEvent, VroomEventData } from '@diwan/protocol/vroom.ts';
import type { Actor } from '../identity/actor.ts';

/** One live connection of a signed-in person, whatever carries it. */
export interface Caller {
  readonly connectionId: string;
  readonly actor: Actor;
  send<E extends VroomEvent>(event: E, data: VroomEventData<E>): void;
}
