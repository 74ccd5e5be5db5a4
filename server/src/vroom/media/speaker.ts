import type { types } from 'mediasoup';
import { asked } from './refusal.ts';

export interface SpeakerWatch {
  /** The producer that speaks, null when nobody does. */
  readonly current: string | null;
  onChange(tell: (producerId: string | null) => void): void;
  /** Listens to this producer too, until it closes. */
  add(producer: types.Producer): Promise<void>;
}

/** Quieter than this is silence, in dBov (RFC 6464). */
const silence = -60;
/** ms */
const interval = 500;

/**
 * Who speaks: mediasoup's dominant speaker (it takes more than a cough to become one), or nobody when all are silent. The
 * dominant speaker alone is not enough: it stays the last one who spoke.
 */
export async function watchSpeaker(router: types.Router): Promise<SpeakerWatch> {
  const dominance = await asked(router.createActiveSpeakerObserver({ interval }));
  const levels = await asked(router.createAudioLevelObserver({ maxEntries: 1, threshold: silence, interval }));
  let dominant: types.Producer | undefined;
  let silent = true;
  let current: string | null = null;
  let tell: (producerId: string | null) => void = () => {};

  function settle() {
    const next = silent || !dominant || dominant.closed ? null : dominant.id;
    if (next === current) return;
    current = next;
    tell(next);
  }
  dominance.on('dominantspeaker', ({ producer }) => {
    dominant = producer;
    settle();
  });
  levels.on('volumes', ([loudest]) => {
    silent = false;
    if (!dominant || dominant.closed) dominant = loudest?.producer;
    settle();
  });
  levels.on('silence', () => {
    silent = true;
    settle();
  });

  return {
    get current() {
      return current;
    },
    onChange(then) {
      tell = then;
    },
    async add(producer) {
      producer.observer.once('close', settle);
      await asked(
        Promise.all([
          dominance.addProducer({ producerId: producer.id }),
          levels.addProducer({ producerId: producer.id }),
        ]),
      );
    },
  };
}
