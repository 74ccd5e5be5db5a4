import type { types } from 'mediasoup';
import { asked } from './refusal.ts';
import type { MediaRouter } from './router.ts';

/** A producer's stream on another router, under the same id. */
export interface Pipe {
  /** It ends with the producer, with either worker, or when it is closed. */
  onClose(then: () => void): void;
  close(): void;
}

/** Between two workers of this machine: the loopback interface loses nothing, so neither repair nor encryption is needed. */
export async function openPipe(producer: types.Producer, from: MediaRouter, to: MediaRouter): Promise<Pipe> {
  const { pipeProducer } = await asked(
    from.router.pipeToRouter({
      producerId: producer.id,
      router: to.router,
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      enableSctp: false,
    }),
  );
  if (!pipeProducer) throw new Error('mediasoup piped a producer to nowhere');
  return {
    onClose(then) {
      if (pipeProducer.closed) then();
      else pipeProducer.observer.once('close', then);
    },
    close: () => pipeProducer.close(),
  };
}
