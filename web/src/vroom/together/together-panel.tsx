import type { Meeting, MeetingState } from '../model/meeting.ts';
import { useFollow } from '../use-follow.ts';
import { ChatPanel } from './chat-panel.tsx';
import type { Panel } from './panel-tabs.tsx';
import { PollsPanel } from './polls-panel.tsx';
import { togetherOf } from './together-of.ts';

/** The chat or the polls, if one of them is open. */
export function TogetherPanel(props: {
  meeting: Meeting;
  state: MeetingState;
  panel: Panel | null;
  onPanel: (panel: Panel | null) => void;
}) {
  const { meeting, state, panel, onPanel } = props;
  const together = togetherOf(meeting);
  const unread = useUnread(meeting);
  if (panel === 'chat') return <ChatPanel chat={together.chat} {...{ state, unread, onPanel }} />;
  if (panel === 'polls') return <PollsPanel polls={together.polls} {...{ state, unread, onPanel }} />;
  return null;
}

/** What waits to be looked at, by panel. */
export function useUnread(meeting: Meeting): Partial<Record<Panel, number>> {
  const together = togetherOf(meeting);
  const { unread: chat } = useFollow(together.chat);
  const { unseen: polls } = useFollow(together.polls);
  return { chat, polls };
}
