import type { ErrorCode } from '@diwan/protocol/errors.ts';
import type { Room, Source, VroomEvent, VroomEventData } from '@diwan/protocol/vroom.ts';
import type { ShownBoard } from '@diwan/protocol/vroom-document.ts';
import type { RaisedHand } from '@diwan/protocol/vroom-hands.ts';
import type { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import { codeOf, localProblem } from '../../wire/problem.ts';
import { afterJoin, type BreakoutsState, hearBreakouts, noBreakouts } from './breakouts.ts';
import { converge } from './converge.ts';
import { createPrivacy, type PrivacyState } from './e2ee/privacy.ts';
import type { OpenTransforms } from './e2ee/transforms.ts';
import type { Size } from './layout.ts';
import type { LocalMedia } from './local-media.ts';
import type { ReadyDevice } from './ready-device.ts';
import { final } from './refusals.ts';
import { type Act, hearRoles, noRoles, type RolesState } from './roles.ts';
import { afterEvent, type Roster, type RosterEvent, rosterEvents, rosterOf } from './roster.ts';
import type { Seats } from './seat.ts';
import { openSession, type Session } from './session.ts';
import type { Signal } from './signal.ts';
import { createStore } from './store.ts';

export interface MeetingState extends RolesState, BreakoutsState {
  phase: 'joining' | 'waiting' | 'password' | 'in' | 'left' | 'closed' | 'refused';
  /** In, but the line or the media is being found again. */
  reconnecting: boolean;
  closedBecause: 'ended' | 'removed' | 'replaced' | null;
  refusedBecause: ErrorCode | null;
  /** While waiting to be let in: by whom, and whether they are there. */
  lobby: { title: string; ownerName: string; attended: boolean } | null;
  /** Why the password that was given did not do. */
  passwordFault: ErrorCode | null;
  room: Room | null;
  self: { id: string; name: string; role: MeetingRole; guest: boolean } | null;
  others: Roster;
  /** What is received, by producer. */
  tracks: ReadonlyMap<string, MediaStreamTrack>;
  speakerId: string | null;
  /** Who is heard, from 1 to 10. */
  levels: Readonly<Record<string, number>>;
  /** Who wishes to speak, first come first. */
  hands: readonly RaisedHand[];
  /** On everybody's stage. */
  board: ShownBoard | null;
  /** Of an encrypted meeting; null: the hub could listen. */
  privacy: PrivacyState | null;
}

/** One place on the screen where a producer is shown. */
export interface View {
  /** In device pixels; null while it is out of sight. */
  resize: (size: Size | null) => void;
  close: () => void;
}

export interface Meeting {
  get: () => MeetingState;
  subscribe: (listener: () => void) => () => void;
  /** The largest view of a producer decides its layer; with none it is paused. */
  watch: (producerId: string) => View;
  /** What the browser counts of its connections; null without one. */
  stats: () => ReturnType<Session['stats']> | Promise<null>;
  leave: () => Promise<void>;
  /** The room's password, asked for in the phase of that name. */
  givePassword: (password: string) => void;
  /** Asks something of the hub that concerns others. Rejects with the hub's refusal. */
  act: Act;
  /** Puts away what was said to all breakout rooms. */
  putAway: (key: number) => void;
  /** Answers who asks that the microphone be turned on. */
  answerUnmute: (accepted: boolean) => void;
}

export interface MeetingOptions {
  signal: Signal;
  media: LocalMedia;
  seats: Seats;
  device: ReadyDevice;
  /** Where the browser can encrypt. */
  openTransforms?: OpenTransforms;
  roomId: string;
  name: string;
}

const sources: readonly Source[] = ['microphone', 'camera', 'screen', 'screen-audio'];
/** A tile that moves on the screen is taken away and put back: no pause for that, no change of layer for each pixel. */
const settleMs = 250;
/** Pictures that a first page most likely shows. */
const likelyShown = 9;

/**
 * Enters a room and stays in it until `leave` or until the room closes. Whatever is lost on the way (line, worker, hub) is
 * found again by one rule: join with the seat, publish what is on, receive what is shown. Joins never overlap.
 */
export function startMeeting({ signal, media, seats, device, openTransforms, roomId, name }: MeetingOptions): Meeting {
  const store = createStore<MeetingState>({
    phase: 'joining',
    reconnecting: false,
    closedBecause: null,
    refusedBecause: null,
    lobby: null,
    passwordFault: null,
    ...noRoles,
    ...noBreakouts,
    room: null,
    self: null,
    others: [],
    tracks: new Map(),
    hands: [],
    board: null,
    speakerId: null,
    levels: {},
    privacy: null,
  });
  const privacy = createPrivacy({
    ...{ signal, roomId, openTransforms, hear },
    people: () => store.get(),
    onChange: (state) => store.set({ privacy: state }),
    onBroken: rejoin,
  });
  const views = new Map<string, Set<{ size: Size | null }>>();
  const settling = new Map<string, ReturnType<typeof setTimeout>>();
  let session: Session | undefined;
  let stale = true;
  let over = false;
  let password: string | undefined;
  /** Events heard between the question and the answer of a join; they count after the answer. */
  let held: (() => void)[] | undefined;

  async function enter(): Promise<'again' | 'done'> {
    if (over || !stale || !signal.isOpen()) return 'done';
    stale = false;
    held = [];
    try {
      const seat = seats.get(roomId);
      const publicKey = await privacy.publicKey();
      const ready = device.get();
      const answer = await signal.call('room:join', {
        ...{ roomId, name, ...(publicKey === undefined ? {} : { publicKey }) },
        ...(seat === undefined ? {} : { seat }),
        ...(password === undefined ? {} : { password }),
        ...(ready && { receive: { rtpCapabilities: ready.recvRtpCapabilities as never, pictures: likelyShown } }),
      });
      const { encrypted } = answer.room.settings;
      if (!encrypted && store.get().privacy !== null) {
        await signal.call('room:leave', {}).catch(() => undefined);
        throw localProblem('encryption_lost');
      }
      const loaded = await device.of(answer.routerRtpCapabilities);
      // What was given to another device is of no use to this one.
      if (loaded !== ready) answer.received = [];
      const next = openSession({
        ...{ signal, device: loaded, answer, onTrack: setTrack, onLost: rejoin, onForbidden },
        ...(encrypted && { guard: await privacy.guard() }),
      });
      if (over) {
        next.close();
        await signal.call('room:leave', {}).catch(() => undefined);
        return 'done';
      }
      seats.set(roomId, answer.seat);
      session?.close();
      session = next;
      const { id, name: ownName, role, accountId } = answer.self;
      const others = rosterOf(answer.others);
      // Before anything else is, and before the page draws the tiles.
      receiveAll(others, likelyShown);
      store.set({
        phase: 'in',
        others,
        room: answer.room,
        self: { id, name: ownName, role, guest: accountId === null },
        hands: answer.hands,
        spotlight: answer.spotlight,
        // A hub that was started again knows of none; who put it there does so again (board/board-shown.ts).
        board: answer.board ?? store.get().board,
        ...afterJoin(answer, store.get(), Date.now()),
        lobby: null,
        passwordFault: null,
        speakerId: null,
        levels: {},
      });
      if (encrypted) privacy.enter();
    } catch (error) {
      if (codeOf(error) === 'room_lobby' && !over) return await knock();
      stale = true;
      throw error;
    } finally {
      const missed = held ?? [];
      held = undefined;
      if (session !== undefined) for (const event of missed) event();
    }
    store.set({ reconnecting: stale || !signal.isOpen() });
    offerAll();
    receiveAll();
    return 'again';
  }

  /** Waits at the door; asked again after each loss of the line, the place is kept. */
  async function knock(): Promise<'again' | 'done'> {
    try {
      const { admitted, ...lobby } = await signal.call('lobby:knock', {
        ...{ roomId, name },
        ...(password === undefined ? {} : { password }),
      });
      if (over) {
        await signal.call('lobby:leave', {}).catch(() => undefined);
        return 'done';
      }
      if (admitted) {
        stale = true;
        return 'again';
      }
      // After a restart of the hub even those who were in may have to wait.
      dropSession();
      store.set({ phase: 'waiting', lobby, reconnecting: false });
      return 'done';
    } catch (error) {
      stale = true;
      throw error;
    }
  }

  function dropSession(): void {
    session?.close();
    session = undefined;
    store.set({ others: [], tracks: new Map(), speakerId: null, levels: {} });
  }

  /** The hub does not take this source: it is off here too, and the person is told. */
  function onForbidden(source: Source): void {
    media.silence(source === 'screen-audio' ? 'screen' : source);
    store.set({ word: { kind: 'forbidden', source } });
  }

  function onRefusal(error: unknown): 'retry' | 'stop' {
    const code = codeOf(error);
    if (over) return 'stop';
    const first = store.get().phase !== 'in';
    // The line broke in the middle of the question: its return asks again.
    if (code === 'unavailable' && !signal.isOpen()) return 'retry';
    if (code === 'room_password' || (code === 'too_many_attempts' && password !== undefined && first)) {
      dropSession();
      store.set({ phase: 'password', passwordFault: password === undefined ? null : code, reconnecting: false });
      return 'stop';
    }
    // At the door a person hears why at once; in the meeting we keep trying.
    if (!first && !final.includes(code)) return 'retry';
    if (!first && (code === 'room_not_found' || code === 'not_found')) {
      seats.forget(roomId);
      finish({ phase: 'closed', closedBecause: 'ended' });
    } else finish({ phase: 'refused', refusedBecause: code });
    return 'stop';
  }

  const joining = converge(enter, onRefusal);

  function rejoin(): void {
    // Whoever is asked for a password is in no hurry.
    if (over || store.get().phase === 'password') return;
    stale = true;
    if (store.get().phase === 'in') store.set({ reconnecting: true });
    joining.poke();
  }

  function finish(patch: Partial<MeetingState>): void {
    over = true;
    joining.stop();
    for (const stop of hearing) stop();
    for (const timer of settling.values()) clearTimeout(timer);
    privacy.close();
    dropSession();
    media.stop();
    store.set({ ...patch, ...noRoles, ...noBreakouts, reconnecting: false, privacy: null });
  }

  // ---- What goes out ----------------------------------------------------------------------------------------------

  function offerAll(): void {
    const local = media.get();
    for (const source of sources) {
      const { track, on, busy } = local[source];
      // A device is being changed: the producer stays and gets the new track.
      if (track === null && busy) continue;
      session?.offer(source, { track, paused: !on });
    }
  }

  // ---- What comes in ----------------------------------------------------------------------------------------------

  function setTrack(producerId: string, track: MediaStreamTrack | null): void {
    const tracks = new Map(store.get().tracks);
    if (track === null) tracks.delete(producerId);
    else tracks.set(producerId, track);
    store.set({ tracks });
  }

  /** @param first how many pictures are made ready that no tile has asked for yet */
  function receiveAll(others = store.get().others, first = 0): void {
    const producers = others.flatMap((person) => person.producers);
    const known = new Set(producers.map(({ id }) => id));
    for (const producerId of store.get().tracks.keys()) if (!known.has(producerId)) setTrack(producerId, null);
    for (const { id, kind } of producers) session?.show(id, kind === 'audio' ? { width: 0, height: 0 } : shownSize(id));
    for (const { id } of producers.filter(({ kind }) => kind === 'video').slice(0, first)) session?.prepare(id);
  }

  /** The largest of the views of a producer that are in sight. */
  function shownSize(producerId: string): Size | null {
    let largest: Size | null = null;
    for (const { size } of views.get(producerId) ?? []) {
      if (size !== null && (largest === null || size.width * size.height > largest.width * largest.height))
        largest = size;
    }
    return largest;
  }

  function watch(producerId: string): View {
    const view = { size: null as Size | null };
    const all = views.get(producerId) ?? new Set();
    views.set(producerId, all.add(view));
    const changed = () => {
      clearTimeout(settling.get(producerId));
      const apply = () => {
        settling.delete(producerId);
        if (store.get().others.some(({ producers }) => producers.some(({ id }) => id === producerId))) {
          session?.show(producerId, shownSize(producerId));
        }
      };
      // The first look is worth no delay.
      if (shownSize(producerId) !== null && !store.get().tracks.has(producerId)) apply();
      else settling.set(producerId, setTimeout(apply, settleMs));
    };
    return {
      resize(size) {
        view.size = size;
        changed();
      },
      close() {
        all.delete(view);
        if (all.size === 0) views.delete(producerId);
        changed();
      },
    };
  }

  // ---- What is heard ----------------------------------------------------------------------------------------------

  function hear<E extends VroomEvent>(event: E, listener: (data: VroomEventData<E>) => void): () => void {
    return signal.on(event, (data) => {
      if (held === undefined) listener(data);
      else held.push(() => listener(data));
    });
  }

  function onRoster(change: RosterEvent): void {
    const { others, self } = store.get();
    if (change.event === 'participant:joined' ? change.data.id === self?.id : change.data.participantId === self?.id)
      return;
    const next = afterEvent(others, change);
    store.set({ others: next });
    const still = new Set(next.flatMap(({ producers }) => producers.map(({ id }) => id)));
    for (const { id } of others.flatMap(({ producers }) => producers)) if (!still.has(id)) session?.forget(id);
    privacy.follow(change);
    receiveAll();
  }

  const hearing = [
    ...rosterEvents.map((event) => hear(event, (data) => onRoster({ event, data } as RosterEvent))),
    hear('speaker:active', ({ participantId }) => store.set({ speakerId: participantId })),
    hear('audio:levels', ({ levels }) => store.set({ levels })),
    hear('room:hands', ({ hands }) => store.set({ hands })),
    hear('board:shown', ({ board }) => store.set({ board })),
    hear('consumer:closed', ({ consumerId }) => session?.consumerClosed(consumerId)),
    // These must not wait behind a join that will never be answered.
    signal.on('room:media-lost', (data) => data.roomId === roomId && rejoin()),
    signal.on('breakout:moved', ({ roomId: of, breakout }) => {
      if (of !== roomId || over) return;
      // What was shown is of another room; nothing of it comes any more.
      dropSession();
      store.set({ moving: { to: breakout }, hands: [], spotlight: null, board: null });
      rejoin();
    }),
    signal.on('room:closed', ({ roomId: closed, reason }) => {
      if (closed !== roomId || over) return;
      // The hub restarts; the room is still there afterwards.
      if (reason === 'shutdown') return rejoin();
      if (reason !== 'replaced') seats.forget(roomId);
      finish({ phase: 'closed', closedBecause: reason });
    }),
    signal.onLine((open) => {
      if (open) return rejoin();
      if (store.get().phase === 'in') store.set({ reconnecting: true });
    }),
    signal.on('lobby:admitted', ({ roomId: opened }) => opened === roomId && rejoin()),
    signal.on('lobby:attended', ({ attended }) => {
      const { lobby } = store.get();
      if (lobby !== null) store.set({ lobby: { ...lobby, attended } });
    }),
    signal.on('lobby:refused', ({ roomId: closed }) => {
      if (closed === roomId && !over) finish({ phase: 'refused', refusedBecause: 'room_kept_out' });
    }),
    ...hearRoles({ hear, media, get: store.get, set: store.set }),
    ...hearBreakouts({ hear, get: store.get, set: store.set }),
    media.subscribe(offerAll),
  ];
  joining.poke();

  return {
    get: store.get,
    subscribe: store.subscribe,
    watch,
    stats: () => session?.stats() ?? Promise.resolve(null),
    async leave() {
      if (over) return;
      seats.forget(roomId);
      const { phase } = store.get();
      finish({ phase: 'left' });
      // Gone is gone: if the hub can't be told, it notices.
      if (!signal.isOpen()) return;
      if (phase === 'in') await signal.call('room:leave', {}).catch(() => undefined);
      if (phase === 'waiting') await signal.call('lobby:leave', {}).catch(() => undefined);
    },
    givePassword(given) {
      password = given;
      store.set({ phase: 'joining' });
      rejoin();
    },
    act: (event, request) => signal.call(event, request),
    putAway(key) {
      const { told, helpAsked } = store.get();
      store.set({
        told: told.filter((each) => each.key !== key),
        helpAsked: helpAsked?.key === key ? null : helpAsked,
      });
    },
    answerUnmute(accepted) {
      store.set({ askedBy: null });
      void signal.call('unmute:answer', { accepted }).catch(() => undefined);
      if (accepted) void media.turn('microphone', true);
    },
  };
}
