import { useTranslation } from 'react-i18next';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import { SidePanel } from '../side-panel.tsx';
import { DivisionForm } from './division-form.tsx';
import { OpenRooms } from './open-rooms.tsx';

/** The meeting divided into rooms: how it shall be, or how it is. */
export function BreakoutsPanel(props: { meeting: Meeting; state: MeetingState; onClose: () => void }) {
  const { meeting, state, onClose } = props;
  const { t } = useTranslation('breakouts');
  return (
    <SidePanel titleId="breakouts-title" title={t('title')} onClose={onClose}>
      {state.breakouts === null ? (
        <DivisionForm meeting={meeting} state={state} />
      ) : (
        <OpenRooms meeting={meeting} state={state} breakouts={state.breakouts} />
      )}
    </SidePanel>
  );
}
