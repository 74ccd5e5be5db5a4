import type { Poll } from '@diwan/protocol/vroom-polls.ts';
import { Button } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentences } from '../../ui/states.tsx';
import { toastProblem } from '../../ui/toast.ts';
import type { MeetingState } from '../model/meeting.ts';
import type { Polls } from '../model/polls.ts';
import { useFollow } from '../use-follow.ts';
import panel from './panel.module.css';
import { type Panel, PanelTabs } from './panel-tabs.tsx';
import { PollForm } from './poll-form.tsx';
import classes from './polls.module.css';

/** What those in charge asked, the latest first, with the counts as they come. */
export function PollsPanel(props: {
  polls: Polls;
  state: MeetingState;
  unread: Partial<Record<Panel, number>>;
  onPanel: (panel: Panel | null) => void;
}) {
  const { polls, state, unread, onPanel } = props;
  const { t } = useTranslation('together');
  const { polls: all } = useFollow(polls);
  const sentence = useSentences();
  const [asking, setAsking] = useState(false);

  useEffect(() => {
    polls.look(true);
    return () => polls.look(false);
  }, [polls]);

  const failed = (error: unknown) => toastProblem(sentence(error));
  const inCharge = state.self?.role === 'host' || state.self?.role === 'cohost';
  return (
    <aside className={panel.panel} aria-label={t('panel.polls')}>
      <PanelTabs panel="polls" onPanel={onPanel} unread={unread} />
      <div className={panel.body}>
        {inCharge &&
          (asking ? (
            <PollForm
              onStart={(draft) => polls.create(draft).then(() => setAsking(false))}
              onCancel={() => setAsking(false)}
            />
          ) : (
            <Button
              fullWidth
              className={`${panel.deed} ${classes.ask}`}
              leftSection={<IconChartBar size={18} stroke={1.7} aria-hidden />}
              onClick={() => setAsking(true)}
            >
              {t('polls.ask')}
            </Button>
          ))}
        {all.length === 0 && !asking && (
          <div className={panel.empty}>
            <strong>{t('polls.empty')}</strong>
            {!inCharge && <span>{t('polls.emptyHint')}</span>}
          </div>
        )}
        {all.toReversed().map((poll) => (
          <OnePoll
            key={poll.id}
            poll={poll}
            inCharge={inCharge}
            onVote={(choices) => polls.vote(poll.id, choices).catch(failed)}
            onOpen={(open) => polls.open(poll.id, open).catch(failed)}
          />
        ))}
      </div>
    </aside>
  );
}

function OnePoll(props: {
  poll: Poll;
  inCharge: boolean;
  onVote: (choices: number[]) => void;
  onOpen: (open: boolean) => void;
}) {
  const { poll, inCharge, onVote, onOpen } = props;
  const { t } = useTranslation('together');
  const { id, question, options, multiple, anonymous, open, people, own } = poll;
  const choose = (place: number, chosen: boolean) => {
    if (!multiple) onVote([place]);
    else onVote(chosen ? [...own, place] : own.filter((each) => each !== place));
  };
  return (
    <section className={classes.poll}>
      <fieldset className={classes.answers} disabled={!open}>
        <legend className={classes.question} dir="auto">
          {question}
        </legend>
        <p className={classes.hint}>
          {!open && <strong>{t('polls.closed')} · </strong>}
          {t('polls.people', { count: people })}
          {open && <> · {t(anonymous ? 'polls.anonymousHint' : 'polls.namedHint')}</>}
        </p>
        {options.map(({ text, votes, voters }, place) => (
          <label key={text} className={classes.option} data-chosen={own.includes(place)}>
            <span className={classes.bar} style={{ inlineSize: `${people === 0 ? 0 : (votes / people) * 100}%` }} />
            <input
              type={multiple ? 'checkbox' : 'radio'}
              name={id}
              checked={own.includes(place)}
              onChange={({ currentTarget }) => choose(place, currentTarget.checked)}
            />
            <span className={classes.optionText}>
              <span dir="auto">{text}</span>
              {voters !== null && voters.length > 0 && (
                <small className={classes.voters}>
                  {voters.map((name, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: two people may have one name
                    <bdi key={at}>{at === 0 ? name : ` · ${name}`}</bdi>
                  ))}
                </small>
              )}
            </span>
            <span className={`${classes.votes} figures`}>{t('polls.votes', { count: votes })}</span>
          </label>
        ))}
      </fieldset>
      <div className={classes.deeds}>
        {inCharge && (
          <Button size="compact-sm" className={panel.deed ?? ''} onClick={() => onOpen(!open)}>
            {t(open ? 'polls.close' : 'polls.reopen')}
          </Button>
        )}
        {open && own.length > 0 && (
          <Button size="compact-sm" variant="subtle" color="gray.4" onClick={() => onVote([])}>
            {t('polls.withdraw')}
          </Button>
        )}
      </div>
    </section>
  );
}
