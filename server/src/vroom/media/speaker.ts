import type { types } from 'mediasoup';
import { asked } from './refusal.ts';

export interface SpeakerWatch {
  /** The producer that speaks, null when nobody does. */
  readonly current: string | null;
  /** The producers that are heard, in dBov (RFC 6464). */
  readonly levels: ReadonlyMap<string, number>;
  onChange(tell: () => void): void;
  /** Listens to this producer too, until it closes. */
  add(producer: types.Producer): Promise<void>;
}

/** Quieter than this is silence, in dBov. */
const silence = -60;
/** ms */
const interval = 500;
/** More than these nobody tells apart. */
const maxEntries = 10;

/**
 * Who speaks: mediasoup's dominant speaker (it takes more than a cough to become one), or nobody when all are silent. The
 * dominant speaker alone is not enough: it stays the last one who spoke.
 */
export async function watchSpeaker(router: types.Router): Promise<SpeakerWatch> {
  const dominance = await asked(router.createActiveSpeakerObserver({ interval }));
  const volumes = await asked(router.createAudioLevelObserver({ maxEntries, threshold: silence, interval }));
  let dominant: types.Producer | undefined;
  let levels = new Map<string, number>();
  let tell: () => void = () => {};

  dominance.on('dominantspeaker', ({ producer }) => {
    dominant = producer;
    tell();
  });
  volumes.on('volumes', (heard) => {
    levels = new Map(heard.map(({ producer, volume }) => [producer.id, volume]));
    if (!dominant || dominant.closed) dominant = heard[0]?.producer;
    tell();
  });
  volumes.on('silence', () => {
    levels = new Map();
    tell();
  });

  return {
    get current() {
      return levels.size === 0 || !dominant || dominant.closed ? null : dominant.id;
    },
    get levels() {
      return levels;
    },
    onChange(then) {
      tell = then;
    },
    async add(producer) {
      producer.observer.once('close', () => {
        levels.delete(producer.id);
        tell();
      });
      await asked(
        Promise.all([
          dominance.addProducer({ producerId: producer.id }),
          volumes.addProducer({ producerId: producer.id }),
        ]),
      );
    },
  };
}
