import type { VroomEvent, VroomEventData } from '@diwan/protocol/vroom.ts';
import type { Actor, Guest } from '../identity/actor.ts';

/** One live connection of a signed-in person or of a guest, whatever carries it. */
export interface Caller {
  readonly connectionId: string;
  readonly actor: Actor | Guest;
  send<E extends VroomEvent>(event: E, data: VroomEventData<E>): void;
}
