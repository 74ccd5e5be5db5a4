import type { Source } from '@diwan/protocol/vroom.ts';
import { type Capture, type Choices, type MediaTrouble, troubleOf } from './devices.ts';
import { createStore } from './store.ts';

/** What this browser offers of one source. A microphone that is off keeps its track, so that speaking again is immediate. */
export interface LocalTrack {
  track: MediaStreamTrack | null;
  on: boolean;
  /** The device is being opened. */
  busy: boolean;
  trouble: MediaTrouble | null;
}

export type LocalState = Readonly<Record<Source, LocalTrack>>;

export interface LocalMedia {
  get: () => LocalState;
  subscribe: (listener: () => void) => () => void;
  /** Opens what was on last time. */
  start: () => Promise<void>;
  turn: (source: 'microphone' | 'camera', on: boolean) => Promise<void>;
  /** Changes to another device; remembered. */
  choose: (source: 'microphone' | 'camera', deviceId: string) => Promise<void>;
  /** Off because somebody in charge wishes so: nothing that is remembered. */
  silence: (source: 'microphone' | 'camera' | 'screen') => void;
  share: () => Promise<void>;
  unshare: () => void;
  /** Lets go of every device. */
  stop: () => void;
}

/** The person's choices, kept between meetings. */
export interface Memory {
  load: () => Choices;
  save: (patch: Partial<Choices>) => void;
}

const nothing: LocalTrack = { track: null, on: false, busy: false, trouble: null };

export function createLocalMedia(capture: Capture, memory: Memory): LocalMedia {
  const store = createStore<LocalState>({
    microphone: nothing,
    camera: nothing,
    screen: nothing,
    'screen-audio': nothing,
  });
  const change = (source: Source, patch: Partial<LocalTrack>) =>
    store.set({ [source]: { ...store.get()[source], ...patch } });
  let stopped = false;

  function drop(source: Source, patch: Partial<LocalTrack> = {}): void {
    store.get()[source].track?.stop();
    change(source, { ...nothing, ...patch });
  }

  function take(source: Source, track: MediaStreamTrack): void {
    // `stop()` is silent: this is heard only when a device is unplugged or the browser's own bar ends a share.
    track.addEventListener('ended', () => store.get()[source].track === track && lost(source));
    change(source, { track, on: true, busy: false, trouble: null });
  }

  function lost(source: Source): void {
    if (source === 'screen' || source === 'screen-audio') {
      unshare();
      return;
    }
    const wasOn = store.get()[source].on;
    drop(source, { trouble: 'lost' });
    // Headphones pulled out in mid-sentence: go on with the default microphone.
    if (source === 'microphone' && wasOn) void open(source);
  }

  function begin(source: 'microphone' | 'camera'): void {
    // Many phones can't open two cameras at once: the old one goes first.
    store.get()[source].track?.stop();
    change(source, { track: null, busy: true, on: true, trouble: null });
  }

  function opened(source: 'microphone' | 'camera', track: MediaStreamTrack): void {
    if (!stopped && store.get()[source].on) {
      take(source, track);
      return;
    }
    // Turned off, or everything closed, while the device was opening.
    track.stop();
    change(source, { busy: false });
  }

  async function open(source: 'microphone' | 'camera'): Promise<void> {
    if (store.get()[source].busy) return;
    begin(source);
    await finish(source);
  }

  async function finish(source: 'microphone' | 'camera'): Promise<void> {
    const { microphoneId, cameraId } = memory.load();
    try {
      opened(source, await capture[source](source === 'microphone' ? microphoneId : cameraId));
    } catch (error) {
      change(source, { ...nothing, trouble: troubleOf(error) });
    }
  }

  async function start(): Promise<void> {
    const choices = memory.load();
    if (!choices.microphoneOn || !choices.cameraOn) {
      if (choices.microphoneOn) await open('microphone');
      if (choices.cameraOn) await open('camera');
      return;
    }
    begin('microphone');
    begin('camera');
    try {
      const { microphone, camera } = await capture.both(choices);
      opened('microphone', microphone);
      opened('camera', camera);
    } catch {
      // One of the two may be had alone; each then tells its own trouble.
      await finish('microphone');
      await finish('camera');
    }
  }

  async function turn(source: 'microphone' | 'camera', on: boolean): Promise<void> {
    memory.save(source === 'microphone' ? { microphoneOn: on } : { cameraOn: on });
    const { track, busy } = store.get()[source];
    if (!on && source === 'camera' && !busy) {
      drop(source);
      return;
    }
    if (track === null && on) return await open(source);
    if (track !== null) track.enabled = on;
    change(source, { on, trouble: null });
  }

  function silence(source: 'microphone' | 'camera' | 'screen'): void {
    if (source === 'screen') {
      unshare();
      return;
    }
    const { track, busy } = store.get()[source];
    // What is still opening is closed as soon as it is open.
    if (source === 'camera' && !busy) drop(source);
    else {
      if (track !== null) track.enabled = false;
      change(source, { on: false });
    }
  }

  async function choose(source: 'microphone' | 'camera', deviceId: string): Promise<void> {
    memory.save(source === 'microphone' ? { microphoneId: deviceId } : { cameraId: deviceId });
    // What is off is opened when it is turned on again, on the new device.
    if (store.get()[source].on) await open(source);
    else drop(source);
  }

  async function share(): Promise<void> {
    if (store.get().screen.busy || store.get().screen.on) return;
    change('screen', { busy: true, trouble: null });
    try {
      const { video, audio } = await capture.screen();
      if (stopped) {
        video.stop();
        audio?.stop();
        return;
      }
      take('screen', video);
      if (audio !== undefined) take('screen-audio', audio);
    } catch (error) {
      // Closing the browser's picker is a change of mind, not a fault.
      const trouble = troubleOf(error);
      change('screen', { ...nothing, trouble: trouble === 'denied' ? null : trouble });
    }
  }

  function unshare(): void {
    drop('screen');
    drop('screen-audio');
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    start,
    turn,
    choose,
    silence,
    share,
    unshare,
    stop() {
      stopped = true;
      for (const source of ['microphone', 'camera', 'screen', 'screen-audio'] as const) drop(source);
    },
  };
}
