import { Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import { useFollow } from '../use-follow.ts';
import { ChatPanel } from './chat-panel.tsx';
import classes from './panel.module.css';
import { type Panel, PanelTabs } from './panel-tabs.tsx';
import { PollsPanel } from './polls-panel.tsx';
import { togetherOf } from './together-of.ts';

// The editor is fetched by who opens it.
const NotesPanel = lazy(() => import('../document/notes-panel.tsx'));

/** The chat, the polls or the notes, if one of them is open. */
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
  if (panel === 'notes')
    return (
      <Suspense fallback={<OpeningPanel panel={panel} unread={unread} onPanel={onPanel} />}>
        <NotesPanel {...{ meeting, state, unread, onPanel }} />
      </Suspense>
    );
  return null;
}

function OpeningPanel({ panel, ...head }: Parameters<typeof PanelTabs>[0]) {
  const { t } = useTranslation('together');
  return (
    <aside className={classes.panel} aria-label={t(`panel.${panel}`)}>
      <PanelTabs panel={panel} {...head} />
      <div className={classes.empty} role="status">
        <Loader type="dots" color="lagoon.3" aria-label={t(`panel.${panel}`)} />
      </div>
    </aside>
  );
}

/** What waits to be looked at, by panel. */
export function useUnread(meeting: Meeting): Partial<Record<Panel, number>> {
  const together = togetherOf(meeting);
  const { unread: chat } = useFollow(together.chat);
  const { unseen: polls } = useFollow(together.polls);
  return { chat, polls };
}
