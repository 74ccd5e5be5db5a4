import type { Source } from '@diwan/protocol/vroom.ts';
import type { FrameKeys } from './keyring.ts';
import type { Stream, StreamReport, ToWorker } from './messages.ts';

/** What the browser needs for it. A page that is not safe (https, localhost) has no WebCrypto. */
export const canEncrypt = (): boolean => 'RTCRtpScriptTransform' in globalThis && crypto.subtle !== undefined;

/** Seals what leaves and opens what comes. Whatever it is given from the first moment on never passes in clear. */
export interface Transforms extends FrameKeys {
  sending: (sender: RTCRtpSender, source: Source) => void;
  receiving: (receiver: RTCRtpReceiver, from: { participantId: string; source: Source }) => void;
  close: () => void;
}

export type OpenTransforms = (on: { report: (report: StreamReport) => void; broken: () => void }) => Transforms;

/** @throws where canEncrypt() is false */
export const openTransforms: OpenTransforms = ({ report, broken }) => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<StreamReport>) => report(data);
  worker.onerror = broken;
  const tell = (message: ToWorker) => worker.postMessage(message);
  const transform = (stream: Stream) => new RTCRtpScriptTransform(worker, stream);
  return {
    use: (key) => tell({ kind: 'use', key }),
    learn: (participantId, key) => tell({ kind: 'learn', participantId, key }),
    forget: (participantId) => tell({ kind: 'forget', participantId }),
    sending(sender, source) {
      sender.transform = transform({ side: 'send', source });
    },
    receiving(receiver, from) {
      receiver.transform = transform({ side: 'receive', ...from });
    },
    close: () => worker.terminate(),
  };
};
