import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { Failure, Waiting } from '../ui/states.tsx';
import { codeOf } from '../wire/problem.ts';
import { useMe } from '../wire/queries.ts';
import { InMeeting } from './in-meeting.tsx';
import { NoRoom } from './over.tsx';
import { PreJoin } from './pre-join.tsx';
import { Presence } from './presence.tsx';
import { roomQuery } from './rooms-query.ts';
import { ownName, useVisit } from './use-visit.ts';

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
    return (
      <PreJoin
        title={room.data.title}
        about={<Presence room={room.data} />}
        media={media}
        name={ownName(account.name)}
        onJoin={join}
        encrypted={room.data.settings.encrypted}
      />
    );
  if (!room.isError) return <Waiting />;
  const code = codeOf(room.error);
  if (code === 'room_not_found' || code === 'not_found') return <NoRoom />;
  return <Failure error={room.error} onRetry={room.refetch} />;
}
