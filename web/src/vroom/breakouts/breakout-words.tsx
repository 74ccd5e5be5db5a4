import { Button, CloseButton, Loader } from '@mantine/core';
import { IconHelpCircle, IconSpeakerphone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import stage from '../stage.module.css';
import { useAttempt } from '../use-attempt.ts';
import classes from './breakouts.module.css';

/** What happens to a divided meeting: that one is brought elsewhere, what is said to all rooms, who asks for help. */
export function BreakoutWords({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const { t } = useTranslation('breakouts');
  const { t: common } = useTranslation();
  const attempt = useAttempt();
  const { moving, told, helpAsked, self } = state;
  const close = (key: number) => (
    <CloseButton
      aria-label={common('action.close')}
      c="inherit"
      variant="transparent"
      onClick={() => meeting.putAway(key)}
    />
  );
  return (
    <>
      <div role="status">
        {moving !== null && (
          <div className={stage.pill}>
            <Loader size={16} color="currentColor" aria-hidden />
            {moving.to === null ? t('words.back') : t('words.going', { name: moving.to.name })}
          </div>
        )}
      </div>
      <div role="alert" className={classes.words}>
        {told.map(({ key, by, text }) => (
          <div key={key} className={classes.word}>
            <IconSpeakerphone size={22} stroke={1.7} aria-hidden />
            <p>
              <strong>{t('words.told', { name: by })}</strong>
              <span dir="auto">{text}</span>
            </p>
            {close(key)}
          </div>
        ))}
        {helpAsked !== null && self !== null && (
          <div className={classes.word}>
            <IconHelpCircle size={22} stroke={1.7} aria-hidden />
            <p>{t('words.help', { name: helpAsked.by, room: helpAsked.breakout.name })}</p>
            <Button
              size="compact-md"
              onClick={() =>
                void attempt(
                  meeting.act('breakout:move', { participantId: self.id, breakoutId: helpAsked.breakout.id }),
                )
              }
            >
              {t('words.come')}
            </Button>
            {close(helpAsked.key)}
          </div>
        )}
      </div>
    </>
  );
}
