import type { ChatMessage } from '@diwan/protocol/vroom-chat.ts';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconDots, IconLock, IconPaperclip, IconPencil, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../ui/format.ts';
import type { Draft } from '../model/chat.ts';
import { partsOf } from '../model/links.ts';
import classes from './chat.module.css';
import panel from './panel.module.css';

interface MessageProps {
  message: ChatMessage;
  /** The file that came with it. */
  attachment: ReactNode;
  /** Goes on from the one above: no name again. */
  follows: boolean;
  /** What it answers; `unknown`: not among those read here. */
  answers: ChatMessage | 'unknown' | null;
  /** What may be done with it; nothing where it is only read. */
  mayReply?: boolean;
  mayDelete?: boolean;
  onReply?: () => void;
  onEdit?: () => void;
  onDelete?: () => void;
}

export function Message(props: MessageProps) {
  const {
    message,
    attachment,
    follows,
    answers,
    mayReply = false,
    mayDelete = false,
    onReply,
    onEdit,
    onDelete,
  } = props;
  const { t } = useTranslation('together');
  const format = useFormats();
  const { name, own, to, text, sentAt, editedAt, deleted } = message;
  const hasActions = !deleted && (mayReply || mayDelete);
  return (
    <li className={classes.message} data-follows={follows} data-private={to !== null}>
      {!follows && (
        <p className={classes.by}>
          <bdi className={classes.name}>{own ? t('chat.you') : name}</bdi>
          {to !== null && (
            <span className={classes.private}>
              <IconLock size={13} stroke={2} aria-hidden />
              {to.self ? t('chat.privateToYou') : t('chat.privateTo', { name: to.name })}
            </span>
          )}
          <time dateTime={new Date(sentAt).toISOString()}>{format.time(sentAt)}</time>
        </p>
      )}
      <div className={classes.line}>
        <div className={classes.words}>
          {answers !== null && <Quote message={answers} />}
          {deleted ? (
            <p className={classes.gone}>{t('chat.deleted')}</p>
          ) : (
            text !== '' && (
              <p className={classes.text} dir="auto">
                <Words text={text} />
                {editedAt !== null && <span className={classes.edited}> ({t('chat.edited')})</span>}
              </p>
            )
          )}
          {!deleted && attachment}
        </div>
        {hasActions && (
          <Menu position="bottom-end" width={190} shadow="lg">
            <Menu.Target>
              <ActionIcon
                variant="transparent"
                size={28}
                c="#b9c9c8"
                className={classes.actions ?? ''}
                aria-label={t('chat.actions', { name: own ? t('chat.you') : name })}
              >
                <IconDots size={17} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {mayReply && (
                <Menu.Item leftSection={<IconArrowBackUp size={17} className="mirrored" />} onClick={() => onReply?.()}>
                  {t('chat.reply')}
                </Menu.Item>
              )}
              {mayReply && own && (
                <Menu.Item leftSection={<IconPencil size={17} />} onClick={() => onEdit?.()}>
                  {t('chat.edit')}
                </Menu.Item>
              )}
              {mayDelete && (
                <Menu.Item color="red" leftSection={<IconTrash size={17} />} onClick={() => onDelete?.()}>
                  {t('chat.delete')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
    </li>
  );
}

/** Words that go on: the same person, to the same, within five minutes. */
export function follows(message: ChatMessage, before: ChatMessage | undefined): boolean {
  return (
    before !== undefined &&
    before.name === message.name &&
    before.own === message.own &&
    before.to?.name === message.to?.name &&
    message.sentAt - before.sentAt < 5 * 60_000
  );
}

/** What a message says in a line: a file alone, its name. */
export const wordsOf = ({ text, file }: ChatMessage): string => text || (file?.name ?? '');

/** What another message said, in a line. */
function Quote({ message }: { message: ChatMessage | 'unknown' }) {
  const { t } = useTranslation('together');
  if (message === 'unknown') return <p className={classes.quote}>{t('chat.replyTo', { name: t('chat.original') })}</p>;
  return (
    <p className={classes.quote}>
      <strong>
        <bdi>{message.own ? t('chat.you') : message.name}</bdi>
      </strong>
      <span dir="auto">{message.deleted ? t('chat.deleted') : wordsOf(message)}</span>
    </p>
  );
}

/** Text as it was written, its addresses as links: nothing of it is ever taken as HTML. */
function Words({ text }: { text: string }) {
  return partsOf(text).map(({ text: part, href }, at) =>
    href === null ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text do not move
      <a key={at} href={href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
        {part}
      </a>
    ),
  );
}

/** A message that is on its way, or was refused. */
export function Unsent(props: { draft: Draft; onRetry: () => void; onDiscard: () => void }) {
  const { draft, onRetry, onDiscard } = props;
  const { t } = useTranslation('together');
  return (
    <li className={classes.message}>
      <p className={classes.by}>
        <bdi className={classes.name}>{t('chat.you')}</bdi>
        {draft.to !== null && (
          <span className={classes.private}>
            <IconLock size={13} stroke={2} aria-hidden />
            {t('chat.privateTo', { name: draft.to.name })}
          </span>
        )}
        <span>{t(draft.fault === null ? 'chat.sending' : 'chat.failed')}</span>
      </p>
      <p className={`${classes.text} ${classes.unsent}`} dir="auto">
        {draft.text}
        {draft.file !== null && (
          <span className={classes.unsentFile}>
            <IconPaperclip size={15} stroke={1.8} aria-hidden />
            <bdi>{draft.file.name}</bdi>
          </span>
        )}
      </p>
      {draft.fault !== null && (
        <div className={classes.choices}>
          <Button size="compact-sm" className={panel.deed ?? ''} onClick={onRetry}>
            {t('chat.retry')}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray.4" onClick={onDiscard}>
            {t('chat.discard')}
          </Button>
        </div>
      )}
    </li>
  );
}
