import { IconHandStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Meeting } from '../model/meeting.ts';
import { handOf } from '../model/together.ts';
import { useFollow } from '../use-follow.ts';
import classes from './hands.module.css';
import { togetherOf } from './together-of.ts';

/** Over somebody's picture: their raised hand with its place, and how they reacted a moment ago. */
export function TileMarks({ meeting, participantId }: { meeting: Meeting; participantId: string }) {
  const { t } = useTranslation('together');
  const { hands } = useFollow(meeting);
  const { reactions } = useFollow(togetherOf(meeting).signs);
  const place = handOf(hands, participantId);
  const reacted = reactions.get(participantId);
  return (
    <>
      {place !== undefined && (
        <span className={classes.mark} role="img" aria-label={t('hands.place', { place })}>
          <IconHandStop size={16} stroke={2} aria-hidden />
          <span className="figures" aria-hidden>
            {place}
          </span>
        </span>
      )}
      {reacted !== undefined && (
        <span
          key={reacted.key}
          className={classes.reaction}
          role="img"
          aria-label={t(`reactions.${reacted.reaction}`)}
          data-reaction
        >
          {reacted.reaction}
        </span>
      )}
    </>
  );
}
