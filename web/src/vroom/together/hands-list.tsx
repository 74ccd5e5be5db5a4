import { Button, CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSentences } from '../../ui/states.tsx';
import { toastProblem } from '../../ui/toast.ts';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import classes from './hands.module.css';
import { togetherOf } from './together-of.ts';

/** Who wishes to speak, first come first. */
export function HandsList({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const { t } = useTranslation('together');
  const sentence = useSentences();
  const { self, others, hands } = state;
  if (self === null || hands.length === 0) return null;
  const inCharge = self.role === 'host' || self.role === 'cohost';
  const together = togetherOf(meeting);
  const failed = (error: unknown) => toastProblem(sentence(error));
  const names = new Map([self, ...others].map(({ id, name }) => [id, name]));
  return (
    <section className={classes.hands} aria-labelledby="hands-title">
      <header className={classes.head}>
        <h3 id="hands-title">{t('hands.title')}</h3>
        {inCharge && (
          <Button size="compact-sm" variant="subtle" color="lagoon.3" onClick={() => together.lowerAll().catch(failed)}>
            {t('hands.lowerAll')}
          </Button>
        )}
      </header>
      <ol className={classes.list}>
        {hands.map(({ participantId }, place) => {
          const name = names.get(participantId) ?? '';
          return (
            <li key={participantId}>
              <span className={`${classes.place} figures`}>{place + 1}</span>
              <span className={classes.name}>
                <bdi>{name}</bdi>
              </span>
              {(inCharge || participantId === self.id) && (
                <CloseButton
                  size="sm"
                  c="inherit"
                  variant="transparent"
                  aria-label={t('hands.lower', { name })}
                  onClick={() => together.lowerHand(participantId).catch(failed)}
                />
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
