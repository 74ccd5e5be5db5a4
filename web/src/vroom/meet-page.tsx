import { useQuery } from '@tanstack/react-query';
import { Device } from 'mediasoup-client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Failure, Waiting } from '../ui/states.tsx';
import { codeOf } from '../wire/problem.ts';
import { useMe } from '../wire/queries.ts';
import { hubSignal } from './hub-signal.ts';
import { browserCapture, loadChoices, saveChoices } from './model/devices.ts';
import { createLocalMedia, type LocalMedia } from './model/local-media.ts';
import { type Meeting, startMeeting } from './model/meeting.ts';
import { seatsIn } from './model/seat.ts';
import { NoRoom, Over } from './over.tsx';
import { PreJoin } from './pre-join.tsx';
import { roomQuery } from './rooms-query.ts';
import { Stage } from './stage.tsx';
import { useFollow } from './use-follow.ts';

export function MeetPage() {
  const { roomId = '' } = useParams();
  const [visit, setVisit] = useState(0);
  // Each visit begins afresh: another room, or the same after leaving it.
  return <Visit key={`${roomId} ${visit}`} roomId={roomId} again={() => setVisit(visit + 1)} />;
}

function Visit({ roomId, again }: { roomId: string; again: () => void }) {
  const { account } = useMe();
  const room = useQuery(roomQuery(roomId));
  const { media, meeting, join } = useVisit(roomId, account.name);
  if (media === undefined) return <Waiting />;
  if (meeting !== undefined) return <InMeeting meeting={meeting} media={media} again={again} />;
  if (room.data !== undefined)
    return <PreJoin room={room.data} media={media} name={ownName(account.name)} onJoin={join} />;
  if (!room.isError) return <Waiting />;
  const code = codeOf(room.error);
  if (code === 'room_not_found' || code === 'not_found') return <NoRoom />;
  return <Failure error={room.error} onRetry={room.refetch} />;
}

function InMeeting({ meeting, media, again }: { meeting: Meeting; media: LocalMedia; again: () => void }) {
  const state = useFollow(meeting);
  const { t } = useTranslation('vroom');
  const inside = state.phase === 'in' || state.phase === 'joining';
  return (
    <>
      <title>{`${state.room?.title ?? t('rooms.title')} – Diwan`}</title>
      {inside ? <Stage meeting={meeting} media={media} state={state} /> : <Over state={state} again={again} />}
    </>
  );
}

const seats = seatsIn(sessionStorage);
const memory = { load: () => loadChoices(localStorage), save: saveChoices.bind(null, localStorage) };
const ownName = (accountName: string) => memory.load().name ?? accountName;

/** The devices and the meeting of one visit; both end with it. A reloaded page finds its seat and goes straight back in. */
function useVisit(roomId: string, accountName: string) {
  const [media, setMedia] = useState<LocalMedia>();
  const [meeting, setMeeting] = useState<Meeting>();

  useEffect(() => {
    const opened = createLocalMedia(browserCapture, memory);
    const back = seats.get(roomId) === undefined ? undefined : enter(roomId, ownName(accountName), opened);
    setMedia(opened);
    setMeeting(back);
    void opened.start();
    return () => {
      opened.stop();
      void back?.leave();
    };
  }, [roomId, accountName]);

  useEffect(() => () => void meeting?.leave(), [meeting]);

  return {
    media,
    meeting,
    join(name: string) {
      memory.save({ name: name === accountName ? undefined : name });
      if (media !== undefined) setMeeting(enter(roomId, name, media));
    },
  };
}

function enter(roomId: string, name: string, media: LocalMedia): Meeting {
  return startMeeting({ signal: hubSignal, media, seats, createDevice: () => Device.factory(), roomId, name });
}
