import type { ChatMessage } from '@diwan/protocol/vroom-chat.ts';
import type { PastMeeting } from '@diwan/protocol/vroom-meetings.ts';
import { PastChat } from '@diwan/protocol/vroom-past.ts';
import { Poll } from '@diwan/protocol/vroom-polls.ts';
import { Button, Modal, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { use } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useFormats } from '../../ui/format.ts';
import { Failure, Waiting } from '../../ui/states.tsx';
import { get } from '../../wire/http.ts';
import { MeetingFilesContext } from '../together/meeting-files.ts';
import { follows, Message } from '../together/message.tsx';
import classes from './past-words.module.css';

const path = (id: string) => `/api/meetings/past/${encodeURIComponent(id)}`;

/** What was written and asked in a past meeting, as far as it is for the reader. */
export function PastWords({ meeting, onClose }: { meeting: PastMeeting; onClose: () => void }) {
  const { t } = useTranslation('meetings');
  const { t: common } = useTranslation();
  const { range } = useFormats();
  const chat = useInfiniteQuery({
    queryKey: ['meetings', 'past-chat', meeting.id],
    queryFn: ({ signal, pageParam }) =>
      get(`${path(meeting.id)}/chat${pageParam === null ? '' : `?before=${pageParam}`}`, PastChat, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.more ? (page.messages[0]?.number ?? null) : null),
    staleTime: 0,
  });
  const polls = useQuery({
    queryKey: ['meetings', 'past-polls', meeting.id],
    queryFn: ({ signal }) => get(`${path(meeting.id)}/polls`, z.array(Poll), signal),
    staleTime: 0,
  });
  const failed = [chat, polls].find(({ isError, data }) => isError && data === undefined);
  // The latest page comes first.
  const messages = chat.data?.pages.toReversed().flatMap((page) => page.messages) ?? [];
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<bdi>{meeting.title}</bdi>}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      {failed ? (
        <Failure error={failed.error} onRetry={failed.refetch} />
      ) : chat.data === undefined || polls.data === undefined ? (
        <Waiting />
      ) : (
        <Stack gap="lg">
          <Text c="dimmed">{range(meeting.startedAt, meeting.endedAt)}</Text>
          {messages.length > 0 && (
            <section className={classes.words} aria-label={t('past.chat')}>
              {chat.hasNextPage && (
                <Button
                  size="xs"
                  variant="light"
                  color="lagoon.3"
                  mb="sm"
                  loading={chat.isFetchingNextPage}
                  onClick={() => void chat.fetchNextPage()}
                >
                  {t('past.earlier')}
                </Button>
              )}
              <Words roomId={meeting.roomId} messages={messages} />
            </section>
          )}
          {polls.data.length > 0 && (
            <section aria-label={t('past.polls')}>
              <Title order={3} size="h4" mb="xs">
                {t('past.polls')}
              </Title>
              <Stack gap="md">
                {polls.data.map((poll) => (
                  <Result key={poll.id} poll={poll} />
                ))}
              </Stack>
            </section>
          )}
        </Stack>
      )}
    </Modal>
  );
}

function Words({ roomId, messages }: { roomId: string; messages: readonly ChatMessage[] }) {
  const files = use(MeetingFilesContext);
  const byNumber = new Map(messages.map((message) => [message.number, message]));
  return (
    <ol className={classes.list}>
      {messages.map((message, at) => (
        <Message
          key={message.number}
          message={message}
          attachment={
            files && message.file ? (
              <files.Attachment {...{ roomId, ...message, guest: false, file: message.file }} />
            ) : null
          }
          follows={follows(message, messages[at - 1])}
          answers={message.replyTo === null ? null : (byNumber.get(message.replyTo) ?? 'unknown')}
        />
      ))}
    </ol>
  );
}

/** How a poll came out. */
function Result({ poll: { question, options, people, own } }: { poll: Poll }) {
  const { t } = useTranslation('together');
  return (
    <div>
      <Text fw={600} dir="auto">
        {question}
      </Text>
      <Text size="sm" c="dimmed">
        {t('polls.people', { count: people })}
      </Text>
      <ul className={classes.options}>
        {options.map(({ text, votes, voters }, place) => (
          <li key={text} className={classes.option} data-own={own.includes(place)}>
            <span className={classes.bar} style={{ inlineSize: `${people === 0 ? 0 : (votes / people) * 100}%` }} />
            <span className={classes.optionText}>
              <span dir="auto">{text}</span>
              {voters !== null && voters.length > 0 && <small>{voters.join(' · ')}</small>}
            </span>
            <span className="figures">{t('polls.votes', { count: votes })}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
