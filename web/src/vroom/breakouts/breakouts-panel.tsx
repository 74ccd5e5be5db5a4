import { CloseButton, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import panel from '../together/panel.module.css';
import classes from './breakouts.module.css';
import { DivisionForm } from './division-form.tsx';
import { OpenRooms } from './open-rooms.tsx';

/** The meeting divided into rooms: how it shall be, or how it is. */
export function BreakoutsPanel(props: { meeting: Meeting; state: MeetingState; onClose: () => void }) {
  const { meeting, state, onClose } = props;
  const { t } = useTranslation('breakouts');
  const { t: common } = useTranslation();
  return (
    <aside className={panel.panel} aria-labelledby="breakouts-title">
      <header className={classes.header}>
        <Title order={2} size="h3" id="breakouts-title">
          {t('title')}
        </Title>
        <CloseButton
          aria-label={common('action.close')}
          onClick={onClose}
          c="inherit"
          variant="transparent"
          size="lg"
        />
      </header>
      {state.breakouts === null ? (
        <DivisionForm meeting={meeting} state={state} />
      ) : (
        <OpenRooms meeting={meeting} state={state} breakouts={state.breakouts} />
      )}
    </aside>
  );
}
