import type { ChatMessage } from '@diwan/protocol/vroom-chat.ts';
import { Button, Loader } from '@mantine/core';
import { use, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentences } from '../../ui/states.tsx';
import { toastProblem } from '../../ui/toast.ts';
import type { Chat, Draft } from '../model/chat.ts';
import type { MeetingState } from '../model/meeting.ts';
import { useFollow } from '../use-follow.ts';
import classes from './chat.module.css';
import { Composer } from './composer.tsx';
import { MeetingFilesContext } from './meeting-files.ts';
import { follows, Message, Unsent } from './message.tsx';
import panel from './panel.module.css';
import { type Panel, PanelTabs } from './panel-tabs.tsx';

/** What the next message is about. */
export type About = { kind: 'reply' | 'edit'; message: ChatMessage } | null;

/** What is written in the meeting, the latest below. */
export function ChatPanel(props: {
  chat: Chat;
  state: MeetingState;
  unread: Partial<Record<Panel, number>>;
  onPanel: (panel: Panel | null) => void;
}) {
  const { chat, state, unread, onPanel } = props;
  const { t } = useTranslation('together');
  const { ready, messages, drafts, more } = useFollow(chat);
  const sentence = useSentences();
  const [about, setAbout] = useState<About>(null);
  const [to, setTo] = useState<Draft['to']>(null);
  const log = useStaysBelow(messages.at(-1)?.number, drafts.length);

  useEffect(() => {
    chat.look(true);
    return () => chat.look(false);
  }, [chat]);

  const failed = (error: unknown) => toastProblem(sentence(error));
  const { self, others, room } = state;
  const files = use(MeetingFilesContext);
  const guest = self?.guest ?? false;
  const inCharge = self?.role === 'host' || self?.role === 'cohost';
  const mayWrite = inCharge || (room?.settings.chat ?? true);
  const byNumber = new Map(messages.map((message) => [message.number, message]));
  return (
    <aside className={panel.panel} aria-label={t('panel.chat')}>
      <PanelTabs panel="chat" onPanel={onPanel} unread={unread} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section ref={log} className={panel.body} aria-label={t('chat.log')} tabIndex={0}>
        {!ready && messages.length === 0 ? (
          <div className={panel.empty}>
            <Loader type="dots" color="lagoon.3" role="status" aria-label={t('panel.chat')} />
          </div>
        ) : messages.length + drafts.length === 0 ? (
          <div className={panel.empty}>
            <strong>{t('chat.empty')}</strong>
            <span>{t('chat.emptyHint')}</span>
          </div>
        ) : (
          <>
            {more && (
              <Button size="xs" className={panel.deed ?? ''} mb="sm" onClick={() => chat.earlier().catch(failed)}>
                {t('chat.earlier')}
              </Button>
            )}
            <ol className={classes.list}>
              {messages.map((message, at) => (
                <Message
                  key={message.number}
                  message={message}
                  attachment={
                    files && room && message.file ? (
                      <files.Attachment {...{ roomId: room.id, guest, ...message, file: message.file }} />
                    ) : null
                  }
                  follows={follows(message, messages[at - 1])}
                  answers={message.replyTo === null ? null : (byNumber.get(message.replyTo) ?? 'unknown')}
                  mayReply={mayWrite}
                  mayDelete={message.own || (inCharge && message.to === null)}
                  onReply={() => {
                    setAbout({ kind: 'reply', message });
                    // An answer to words for one person is for that person.
                    if (message.to !== null) setTo(partnerOf(message, others));
                  }}
                  onEdit={() => setAbout({ kind: 'edit', message })}
                  onDelete={() => chat.remove(message.number).catch(failed)}
                />
              ))}
              {drafts.map((draft) => (
                <Unsent
                  key={draft.clientId}
                  draft={draft}
                  onRetry={() => chat.retry(draft.clientId)}
                  onDiscard={() => chat.discard(draft.clientId)}
                />
              ))}
            </ol>
          </>
        )}
      </section>
      {mayWrite ? (
        <Composer
          others={others}
          to={to}
          onTo={setTo}
          about={about}
          onAbout={setAbout}
          mayAttach={!guest}
          onSend={(text, file) => {
            if (about?.kind === 'edit') chat.edit(about.message.number, text).catch(failed);
            else chat.send(text, to, about?.message.number ?? null, file);
            setAbout(null);
          }}
        />
      ) : (
        <p className={classes.forbidden}>{t('chat.forbidden')}</p>
      )}
    </aside>
  );
}

/** Who else reads a private message, if they are here. */
function partnerOf(message: ChatMessage, others: MeetingState['others']): Draft['to'] {
  const name = message.own ? message.to?.name : message.name;
  const person = others.find((other) => other.name === name);
  return person ? { id: person.id, name: person.name } : null;
}

/** Keeps the latest in sight, unless one is reading further up. */
function useStaysBelow(last: number | undefined, drafts: number) {
  const element = useRef<HTMLElement>(null);
  const below = useRef(true);
  useEffect(() => {
    const log = element.current;
    const onScroll = () => {
      if (log) below.current = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    };
    log?.addEventListener('scroll', onScroll, { passive: true });
    return () => log?.removeEventListener('scroll', onScroll);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again when something is added below
  useLayoutEffect(() => {
    const log = element.current;
    if (log && (below.current || drafts > 0)) log.scrollTop = log.scrollHeight;
  }, [last, drafts]);
  return element;
}
