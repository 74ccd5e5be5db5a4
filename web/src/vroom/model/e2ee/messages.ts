import type { Source } from '@diwan/protocol/vroom.ts';
import type { Fault, SenderKey } from './frames.ts';

// Between the page and the worker in which frames are sealed and opened.

export type ToWorker =
  | { kind: 'use'; key: SenderKey }
  | { kind: 'learn'; participantId: string; key: SenderKey }
  | { kind: 'forget'; participantId: string };

/** What a transform is made with. */
export type Stream = { side: 'send'; source: Source } | { side: 'receive'; source: Source; participantId: string };

/** How somebody's source opens now. `failed`: frames of it that did not, since the beginning. */
export interface StreamReport {
  participantId: string;
  source: Source;
  fault: Fault | null;
  failed: number;
}
