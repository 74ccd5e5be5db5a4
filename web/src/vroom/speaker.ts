import { loadChoices, saveChoices } from './model/devices.ts';
import { createStore } from './model/store.ts';

/** Where sound comes out: one choice for the whole page, kept between meetings; undefined is the machine's own choice. */
export const speaker = createStore<{ deviceId: string | undefined }>({ deviceId: loadChoices(localStorage).speakerId });

export function chooseSpeaker(deviceId: string): void {
  saveChoices(localStorage, { speakerId: deviceId });
  speaker.set({ deviceId });
}
