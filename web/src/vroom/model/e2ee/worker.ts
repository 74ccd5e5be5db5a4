import { createOpening, createSealing, type Fault, type Opening } from './frames.ts';
import type { Stream, StreamReport, ToWorker } from './messages.ts';
import type { Bytes } from './sframe.ts';

// Where media are sealed and opened: away from the page, which may be busy drawing.

interface Frame {
  data: ArrayBuffer;
}
/** https://w3c.github.io/webrtc-encoded-transform/#rtcrtpscripttransformer-interface */
interface Transformer {
  readonly readable: ReadableStream<Frame>;
  readonly writable: WritableStream<Frame>;
  readonly options: Stream;
  sendKeyFrameRequest?: () => Promise<void>;
}

/** So many in a row that don't open are more than a key that is on its way. */
const patience = 5;

const sealing = createSealing();
const openings = new Map<string, Opening>();
const openingOf = (participantId: string): Opening => {
  const known = openings.get(participantId) ?? createOpening(() => performance.now());
  openings.set(participantId, known);
  return known;
};

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'use':
      sealing.use(data.key);
      return;
    case 'learn':
      openingOf(data.participantId).learn(data.key);
      return;
    case 'forget':
      openings.delete(data.participantId);
  }
};

function sealer({ source }: Stream) {
  return async (frame: Frame, controller: TransformStreamDefaultController<Frame>) => {
    const sealed = await sealing.seal(new Uint8Array(frame.data), source);
    if (sealed === undefined) return;
    frame.data = sealed.buffer;
    controller.enqueue(frame);
  };
}

function opener({ source, participantId }: Extract<Stream, { side: 'receive' }>, transformer: Transformer) {
  let failed = 0;
  let inARow = 0;
  let told: Fault | null = null;
  function tell(fault: Fault | null): void {
    told = fault;
    self.postMessage({ participantId, source, fault, failed } satisfies StreamReport);
  }
  return async (frame: Frame, controller: TransformStreamDefaultController<Frame>) => {
    const opened = await openingOf(participantId).open(new Uint8Array(frame.data), source);
    if ('frame' in opened) {
      // What was dropped is missing to the decoder.
      if (inARow > 0 && (source === 'camera' || source === 'screen'))
        transformer.sendKeyFrameRequest?.().catch(() => undefined);
      inARow = 0;
      if (told !== null) tell(null);
      frame.data = (opened.frame as Bytes).buffer;
      controller.enqueue(frame);
      return;
    }
    failed++;
    inARow++;
    if (inARow >= patience && (told !== opened.fault || failed % 200 === 0)) tell(opened.fault);
  };
}

(self as unknown as { onrtctransform: (event: { transformer: Transformer }) => void }).onrtctransform = ({
  transformer,
}) => {
  const { options } = transformer;
  const transform = options.side === 'send' ? sealer(options) : opener(options, transformer);
  transformer.readable
    .pipeThrough(new TransformStream({ transform }))
    .pipeTo(transformer.writable)
    // The stream ended with its connection.
    .catch(() => undefined);
};
