import { Button, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Meeting, MeetingState } from './model/meeting.ts';
import classes from './stage.module.css';
import { useAttempt } from './use-attempt.ts';

/** Those in charge see and hear that somebody waits, wherever they look. */
export function DoorBanner(props: { meeting: Meeting; state: MeetingState; listOpen: boolean; onList: () => void }) {
  const { meeting, state, listOpen, onList } = props;
  const { t } = useTranslation('roles');
  const attempt = useAttempt();
  const { waiting } = state.door;
  const [first] = waiting;
  return (
    <div role="status" aria-live="polite">
      {first !== undefined && !listOpen && (
        <div className={classes.knock}>
          <span>{t('door.waits', { count: waiting.length, name: first.name })}</span>
          {waiting.length === 1 && (
            <Button size="compact-md" onClick={() => void attempt(meeting.act('lobby:admit', { ids: [first.id] }))}>
              {t('door.admit')}
            </Button>
          )}
          <Button size="compact-md" variant="white" onClick={onList}>
            {t('door.see')}
          </Button>
        </div>
      )}
      {/* Read out though the list is on the screen. */}
      {first !== undefined && listOpen && (
        <VisuallyHidden>{t('door.waits', { count: waiting.length, name: first.name })}</VisuallyHidden>
      )}
    </div>
  );
}
