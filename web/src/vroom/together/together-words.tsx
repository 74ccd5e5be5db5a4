import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting } from '../model/meeting.ts';
import { useFollow } from '../use-follow.ts';
import classes from './hands.module.css';
import { wordsOf } from './message.tsx';
import type { Panel } from './panel-tabs.tsx';
import { togetherOf } from './together-of.ts';

/** How long a word stays, in ms. */
const shownMs = 5000;

/** What came while one was not looking: said aloud, and a message shown for a moment, which opens the chat. */
export function TogetherWords(props: { meeting: Meeting; panel: Panel | null; onPanel: (panel: Panel) => void }) {
  const { meeting, panel, onPanel } = props;
  const { t } = useTranslation('together');
  const together = togetherOf(meeting);
  const { news } = useFollow(together.chat);
  const { polls } = useFollow(together.polls);
  const { hands, others } = useFollow(meeting);
  const [old, setOld] = useState(news);
  useEffect(() => {
    const timer = setTimeout(() => setOld(news), shownMs);
    return () => clearTimeout(timer);
  }, [news]);

  const latest = useLatest(hands.map(({ participantId }) => participantId));
  const who = others.find(({ id }) => id === latest)?.name;
  const latestPoll = useLatest(polls.filter(({ open }) => open).map(({ id }) => id));
  const poll = polls.find(({ id }) => id === latestPoll);
  const said =
    news === null
      ? ''
      : t(news.to === null ? 'chat.newMessage' : 'chat.newPrivate', { name: news.name, text: wordsOf(news) });
  return (
    <>
      <VisuallyHidden role="status" aria-live="polite">
        {said}
      </VisuallyHidden>
      <VisuallyHidden role="status" aria-live="polite">
        {who !== undefined && t('hands.up', { name: who })}
      </VisuallyHidden>
      <VisuallyHidden role="status" aria-live="polite">
        {poll !== undefined && t('polls.new', { question: poll.question })}
      </VisuallyHidden>
      {news !== null && news !== old && panel !== 'chat' && (
        <UnstyledButton className={classes.word ?? ''} title={t('chat.open')} onClick={() => onPanel('chat')}>
          <strong>
            <bdi>{news.name}</bdi>
          </strong>
          <span dir="auto">{wordsOf(news)}</span>
        </UnstyledButton>
      )}
    </>
  );
}

/** The one of these that was added last; what is there at first is no news. */
function useLatest(ids: string[]): string | undefined {
  const [latest, setLatest] = useState<string>();
  const known = useRef(new Set(ids));
  const key = ids.join(' ');
  useEffect(() => {
    const now = key === '' ? [] : key.split(' ');
    const added = now.filter((id) => !known.current.has(id));
    known.current = new Set(now);
    setLatest((before) => added.at(-1) ?? (before !== undefined && now.includes(before) ? before : undefined));
  }, [key]);
  return latest;
}
