import { Button, VisuallyHidden } from '@mantine/core';
import { IconArrowBackUp, IconHelpCircle, IconLayoutGrid } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { clockOf } from '../model/breakouts.ts';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import { inCharge } from '../model/roles.ts';
import panel from '../together/panel.module.css';
import { useAttempt } from '../use-attempt.ts';
import classes from './breakouts.module.css';
import { useCountdown } from './use-countdown.ts';

/** From this on the time that is left is marked, in ms. */
const soonMs = 60_000;

/** In which room one is while the meeting is divided, for how long, and the ways from there. */
export function BreakoutBar(props: { meeting: Meeting; state: MeetingState; onPanel: () => void }) {
  const { meeting, state, onPanel } = props;
  const { t } = useTranslation('breakouts');
  const attempt = useAttempt();
  const left = useCountdown(state.breakoutsEnd);
  const { breakouts, breakoutId, self, moving } = state;
  if (breakouts === null || self === null || moving !== null) return null;
  const here = breakouts.rooms.find(({ id }) => id === breakoutId);
  const assigned = breakouts.people.find(({ id }) => id === self.id)?.assigned;
  const home = breakouts.rooms.find(({ id }) => id === assigned);
  const charge = inCharge(self.role);
  const go = (to: string | null) =>
    void attempt(meeting.act('breakout:move', { participantId: self.id, breakoutId: to }));
  const soon = left !== null && left <= soonMs;
  return (
    <section className={classes.bar} aria-label={t('title')}>
      <IconLayoutGrid size={20} stroke={1.7} aria-hidden />
      <strong className={classes.where}>
        <bdi>{here?.name ?? t('main')}</bdi>
      </strong>
      {left !== null && (
        <span role="timer" className={`${classes.clock} figures`} data-soon={soon} aria-label={t('bar.left')}>
          {clockOf(left)}
        </span>
      )}
      <VisuallyHidden role="status">{soon && t('bar.soon')}</VisuallyHidden>
      <span className={classes.ways}>
        {here !== undefined && !charge && (
          <Button
            size="compact-md"
            className={(here.asksForHelp ? classes.asked : panel.deed) ?? ''}
            aria-pressed={here.asksForHelp}
            leftSection={<IconHelpCircle size={18} stroke={1.7} aria-hidden />}
            onClick={() => void attempt(meeting.act('breakout:help', { asked: !here.asksForHelp }))}
          >
            {t(here.asksForHelp ? 'bar.helpAsked' : 'bar.help')}
          </Button>
        )}
        {here !== undefined && (
          <Button
            size="compact-md"
            className={panel.deed ?? ''}
            leftSection={<IconArrowBackUp size={18} stroke={1.7} className="mirrored" aria-hidden />}
            onClick={() => go(null)}
          >
            {t('bar.back')}
          </Button>
        )}
        {here === undefined && home !== undefined && (
          <Button size="compact-md" onClick={() => go(home.id)}>
            {t('bar.goTo', { name: home.name })}
          </Button>
        )}
        {(charge || breakouts.choose || here === undefined) && (
          <Button size="compact-md" className={panel.deed ?? ''} onClick={onPanel}>
            {t(charge ? 'bar.manage' : breakouts.choose ? 'bar.choose' : 'bar.see')}
          </Button>
        )}
      </span>
    </section>
  );
}
