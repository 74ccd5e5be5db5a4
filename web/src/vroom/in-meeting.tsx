import { useTranslation } from 'react-i18next';
import type { LocalMedia } from './model/local-media.ts';
import type { Meeting } from './model/meeting.ts';
import { Over } from './over.tsx';
import { Stage } from './stage.tsx';
import { useFollow } from './use-follow.ts';
import { PasswordDoor, WaitingRoom } from './waiting-room.tsx';

/** From the door to the end, whichever part of it is on. */
export function InMeeting({ meeting, media, again }: { meeting: Meeting; media: LocalMedia; again: () => void }) {
  const state = useFollow(meeting);
  const { t } = useTranslation('vroom');
  return (
    <>
      <title>{`${state.room?.title ?? state.lobby?.title ?? t('rooms.title')} – Diwan`}</title>
      {part()}
    </>
  );

  function part() {
    switch (state.phase) {
      case 'joining':
      case 'in':
        return <Stage meeting={meeting} media={media} state={state} />;
      case 'waiting':
        return <WaitingRoom meeting={meeting} media={media} state={state} />;
      case 'password':
        return <PasswordDoor meeting={meeting} state={state} />;
      default:
        return <Over state={state} again={again} />;
    }
  }
}
