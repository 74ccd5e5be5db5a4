import { Device } from 'mediasoup-client';
import { startTransition, useEffect, useRef, useState } from 'react';
import { hubSignal } from './hub-signal.ts';
import { browserCapture, loadChoices, saveChoices } from './model/devices.ts';
import { canEncrypt, openTransforms } from './model/e2ee/transforms.ts';
import { createLocalMedia, type LocalMedia } from './model/local-media.ts';
import { type Meeting, startMeeting } from './model/meeting.ts';
import { readyDevice } from './model/ready-device.ts';
import { seatsIn } from './model/seat.ts';

const seats = seatsIn(sessionStorage);
const device = readyDevice(hubSignal, () => Device.factory());
const memory = { load: () => loadChoices(localStorage), save: saveChoices.bind(null, localStorage) };

/** The name one goes by in meetings, else that of the account. */
export const ownName = (accountName: string) => memory.load().name ?? accountName;

/**
 * The devices and the meeting of one visit; both end with it. A reloaded page finds its seat and goes straight back in.
 * @param knownName as the hub knows this person; nothing for a guest who has no pass yet
 * @param who what a guest is called is not kept: the machine may be anybody's
 */
export function useVisit(roomId: string, knownName: string, who: 'account' | 'guest' = 'account') {
  const [media, setMedia] = useState<LocalMedia>();
  const [meeting, setMeeting] = useState<Meeting>();
  /** Entered, perhaps not drawn yet. */
  const entered = useRef<Meeting>(undefined);

  useEffect(() => {
    const opened = createLocalMedia(browserCapture, memory);
    device.prepare();
    const name = who === 'guest' ? knownName : ownName(knownName);
    const back = seats.get(roomId) === undefined || name === '' ? undefined : enter(roomId, name, opened);
    setMedia(opened);
    entered.current = back;
    setMeeting(back);
    void opened.start();
    return () => {
      opened.stop();
      void entered.current?.leave();
      entered.current = undefined;
    };
  }, [roomId, knownName, who]);

  return {
    media,
    meeting,
    join(name: string) {
      if (who === 'account') memory.save({ name: name === knownName ? undefined : name });
      // A second click comes before the page has changed.
      if (media === undefined || entered.current !== undefined) return;
      const meeting = enter(roomId, name, media);
      entered.current = meeting;
      // The question goes to the hub before the page is drawn.
      startTransition(() => setMeeting(meeting));
    },
  };
}

function enter(roomId: string, name: string, media: LocalMedia): Meeting {
  return startMeeting({
    ...{ signal: hubSignal, media, seats, device, roomId, name },
    ...(canEncrypt() && { openTransforms }),
  });
}
