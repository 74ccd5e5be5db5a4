import { Device } from 'mediasoup-client';
import { useEffect, useState } from 'react';
import { hubSignal } from './hub-signal.ts';
import { browserCapture, loadChoices, saveChoices } from './model/devices.ts';
import { canEncrypt, openTransforms } from './model/e2ee/transforms.ts';
import { createLocalMedia, type LocalMedia } from './model/local-media.ts';
import { type Meeting, startMeeting } from './model/meeting.ts';
import { seatsIn } from './model/seat.ts';

const seats = seatsIn(sessionStorage);
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

  useEffect(() => {
    const opened = createLocalMedia(browserCapture, memory);
    const name = who === 'guest' ? knownName : ownName(knownName);
    const back = seats.get(roomId) === undefined || name === '' ? undefined : enter(roomId, name, opened);
    setMedia(opened);
    setMeeting(back);
    void opened.start();
    return () => {
      opened.stop();
      void back?.leave();
    };
  }, [roomId, knownName, who]);

  useEffect(() => () => void meeting?.leave(), [meeting]);

  return {
    media,
    meeting,
    join(name: string) {
      if (who === 'account') memory.save({ name: name === knownName ? undefined : name });
      if (media !== undefined) setMeeting(enter(roomId, name, media));
    },
  };
}

function enter(roomId: string, name: string, media: LocalMedia): Meeting {
  return startMeeting({
    ...{ signal: hubSignal, media, seats, createDevice: () => Device.factory(), roomId, name },
    ...(canEncrypt() && { openTransforms }),
  });
}
