import type { VroomAnswer, VroomCall, VroomEvent, VroomEventData, VroomRequest } from '@diwan/protocol/vroom.ts';

/** The line to the hub as a meeting needs it. Calls reject with an error that has a `problem` (wire/problem.ts). */
export interface Signal {
  call: <E extends VroomCall>(event: E, request: VroomRequest<E>) => Promise<VroomAnswer<E>>;
  on: <E extends VroomEvent>(event: E, listener: (data: VroomEventData<E>) => void) => () => void;
  isOpen: () => boolean;
  /** Hears each opening and each loss of the line. */
  onLine: (listener: (open: boolean) => void) => () => void;
}
