import type { Source, VroomEvent, VroomEventData } from '@diwan/protocol/vroom.ts';
import type { Roster, RosterEvent } from '../roster.ts';
import type { MediaGuard } from '../session.ts';
import type { Signal } from '../signal.ts';
import { newPair, type OwnPair, safetyCode } from './agreement.ts';
import { createKeyring, type Keyring } from './keyring.ts';
import type { StreamReport } from './messages.ts';
import type { OpenTransforms, Transforms } from './transforms.ts';

/** What is to be seen of an encrypted meeting. */
export interface PrivacyState {
  /** The same for all, or somebody is in between; null while it is computed. */
  code: string | null;
  /** What arrives and does not open; see streamName. */
  faults: ReadonlyMap<string, StreamReport>;
}

export const streamName = (participantId: string, source: Source): string => `${participantId} ${source}`;

/** The part of a meeting that keeps what is said from the hub. */
export interface Privacy {
  /** For the join; undefined where this browser can't encrypt. */
  publicKey: () => Promise<string | undefined>;
  guard: () => Promise<MediaGuard>;
  /** In an encrypted meeting, for the first time or again. */
  enter: () => void;
  follow: (change: RosterEvent) => void;
  close: () => void;
}

interface PrivacyOptions {
  signal: Signal;
  roomId: string;
  openTransforms: OpenTransforms | undefined;
  hear: <E extends VroomEvent>(event: E, listener: (data: VroomEventData<E>) => void) => () => void;
  people: () => { self: { id: string; name: string } | null; others: Roster };
  onChange: (state: PrivacyState) => void;
  /** What seals and opens has broken down: join again, as if the page were new. */
  onBroken: () => void;
}

/** How often somebody is asked for a key that did not come, in ms. */
const askEveryMs = 2000;

export function createPrivacy(options: PrivacyOptions): Privacy {
  const { signal, roomId, openTransforms, hear, people, onChange, onBroken } = options;
  let pair: Promise<OwnPair> | undefined;
  let open: { own: OwnPair; transforms: Transforms; keyring: Keyring } | undefined;
  let entered = false;
  let state: PrivacyState = { code: null, faults: new Map() };
  const asked = new Map<string, number>();

  const ownPair = (): Promise<OwnPair> => {
    pair ??= newPair();
    return pair;
  };

  function change(patch: Partial<PrivacyState>): void {
    state = { ...state, ...patch };
    if (entered) onChange(state);
  }

  function report(stream: StreamReport): void {
    const faults = new Map(state.faults);
    const name = streamName(stream.participantId, stream.source);
    if (stream.fault === null) faults.delete(name);
    else faults.set(name, stream);
    change({ faults });
    if (stream.fault === 'no-key') ask(stream.participantId);
  }

  function ask(participantId: string): void {
    if (performance.now() - (asked.get(participantId) ?? Number.NEGATIVE_INFINITY) < askEveryMs) return;
    asked.set(participantId, performance.now());
    // If it does not get through, the next frames that don't open ask again.
    signal.call('e2ee:ask', { participantId }).catch(() => undefined);
  }

  async function ready() {
    const own = await ownPair();
    if (open !== undefined) return open;
    if (openTransforms === undefined) throw new Error('this browser cannot encrypt');
    const transforms = openTransforms({ report, broken });
    const give = (keys: { to: string; sealed: string }[]) => signal.call('e2ee:give', { keys });
    open = { own, transforms, keyring: createKeyring({ roomId, own, frames: transforms, give }) };
    return open;
  }

  function drop(): void {
    open?.keyring.close();
    open?.transforms.close();
    open = undefined;
    pair = undefined;
  }

  /** Its counter is lost with it, so its keys must not be used again. */
  function broken(): void {
    if (open === undefined) return;
    drop();
    onBroken();
  }

  function look(): void {
    const { self, others } = people();
    if (open === undefined || self === null || !entered) return;
    open.keyring.present(
      new Map(others.flatMap(({ id, publicKey }) => (publicKey === undefined ? [] : [[id, publicKey]]))),
    );
    const sent = new Set(others.flatMap(({ id, producers }) => producers.map(({ source }) => streamName(id, source))));
    const faults = new Map([...state.faults].filter(([name]) => sent.has(name)));
    if (faults.size < state.faults.size) change({ faults });
    void tellCode(open.own, self, others);
  }

  let latest: unknown;
  async function tellCode(own: OwnPair, self: { id: string; name: string }, others: Roster): Promise<void> {
    const present = [{ ...self, publicKey: own.publicKey }, ...others].map(({ id, name, publicKey = '' }) => ({
      ...{ id, name, publicKey },
    }));
    latest = present;
    const code = await safetyCode(present);
    if (latest === present && code !== state.code) change({ code });
  }

  const hearing = [
    hear('e2ee:key', ({ from, sealed }) => void open?.keyring.hear(from, sealed)),
    hear('e2ee:asked', ({ by }) => open?.keyring.repeat([by])),
  ];

  return {
    publicKey: async () => (openTransforms === undefined ? undefined : (await ownPair()).publicKey),
    async guard() {
      const { transforms } = await ready();
      return {
        sending: transforms.sending,
        receiving(receiver, producerId) {
          const from = people().others.find(({ producers }) => producers.some(({ id }) => id === producerId));
          const source = from?.producers.find(({ id }) => id === producerId)?.source;
          // Of nobody who is known there is no key: nothing passes.
          transforms.receiving(receiver, { participantId: from?.id ?? '', source: source ?? 'camera' });
        },
      };
    },
    enter() {
      entered = true;
      change({ faults: new Map() });
      look();
      // What was said while we were away did not reach us, and may not have reached them.
      open?.keyring.repeat(people().others.map(({ id }) => id));
    },
    follow({ event, data }) {
      look();
      if (event === 'participant:away' && !data.away) open?.keyring.repeat([data.participantId]);
    },
    close() {
      entered = false;
      for (const stop of hearing) stop();
      drop();
    },
  };
}
