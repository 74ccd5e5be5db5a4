import { longestMessage } from '@diwan/protocol/vroom-chat.ts';
import { ActionIcon, CloseButton, NativeSelect, Textarea } from '@mantine/core';
import { IconPaperclip, IconSend2 } from '@tabler/icons-react';
import { type FormEvent, use, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Draft } from '../model/chat.ts';
import type { Roster } from '../model/roster.ts';
import classes from './chat.module.css';
import type { About } from './chat-panel.tsx';
import { type ChosenFile, MeetingFilesContext } from './meeting-files.ts';

interface ComposerProps {
  others: Roster;
  to: Draft['to'];
  onTo: (to: Draft['to']) => void;
  about: About;
  onAbout: (about: About) => void;
  /** Guests have no files. */
  mayAttach: boolean;
  onSend: (text: string, file: ChosenFile | null) => void;
}

/** Where one writes: Enter sends, Shift and Enter begins a line. */
export function Composer({ others, to, onTo, about, onAbout, mayAttach, onSend }: ComposerProps) {
  const { t } = useTranslation('together');
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const files = use(MeetingFilesContext);
  const [picking, setPicking] = useState(false);
  const [file, setFile] = useState<ChosenFile | null>(null);
  const editing = about?.kind === 'edit';
  const sent = editing ? null : file;
  // Who has left can't be written to; what one writes must not go to all instead.
  const gone = to !== null && !others.some(({ id }) => id === to.id);

  useEffect(() => {
    if (about === null) return;
    if (about.kind === 'edit') setText(about.message.text);
    field.current?.focus();
  }, [about]);

  const stop = () => {
    if (editing) setText('');
    onAbout(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const words = text.trim();
    if ((words === '' && sent === null) || (gone && !editing)) return;
    onSend(words, sent);
    setText('');
    if (!editing) setFile(null);
    field.current?.focus();
  };
  const label = to === null ? t('chat.write') : t('chat.writeTo', { name: to.name });
  const left = longestMessage - text.length;
  return (
    <form className={classes.composer} onSubmit={submit}>
      {about !== null && (
        <p className={classes.about}>
          <span className={classes.aboutText}>
            {editing
              ? t('chat.editing')
              : t('chat.replyTo', { name: about.message.own ? t('chat.you') : about.message.name })}
          </span>
          <CloseButton
            size="sm"
            c="inherit"
            variant="transparent"
            aria-label={t(editing ? 'chat.cancelEdit' : 'chat.cancelReply')}
            onClick={stop}
          />
        </p>
      )}
      {!editing && (others.length > 0 || to !== null) && (
        <NativeSelect
          size="xs"
          aria-label={t('chat.to')}
          value={to?.id ?? ''}
          error={gone}
          onChange={({ currentTarget: { value } }) => {
            const person = others.find(({ id }) => id === value);
            onTo(person ? { id: person.id, name: person.name } : null);
          }}
        >
          <option value="">{t('chat.everyone')}</option>
          {gone && <option value={to.id}>{to.name}</option>}
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </NativeSelect>
      )}
      {sent !== null && (
        <p className={classes.about}>
          <IconPaperclip size={16} stroke={1.8} aria-hidden className={classes.clip} />
          <bdi className={classes.aboutText}>{sent.name}</bdi>
          <CloseButton
            size="sm"
            c="inherit"
            variant="transparent"
            aria-label={t('files.remove', { name: sent.name })}
            onClick={() => setFile(null)}
          />
        </p>
      )}
      <div className={classes.write}>
        {files !== null && mayAttach && !editing && (
          <ActionIcon
            size={38}
            variant="transparent"
            c="#b9c9c8"
            aria-label={t('files.attach')}
            title={t('files.attach')}
            onClick={() => setPicking(true)}
          >
            <IconPaperclip size={20} stroke={1.7} aria-hidden />
          </ActionIcon>
        )}
        <Textarea
          ref={field}
          size="sm"
          autosize
          minRows={1}
          maxRows={6}
          // Empty, it has the direction of the page, and its placeholder with it.
          dir={text === '' ? undefined : 'auto'}
          className={classes.field ?? ''}
          maxLength={longestMessage}
          aria-label={label}
          placeholder={label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            // While letters are being composed (Chinese, some Arabic keyboards), Enter chooses one.
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
            if (event.key === 'Escape' && about !== null) stop();
          }}
        />
        <ActionIcon
          type="submit"
          size={38}
          color="lagoon.5"
          aria-label={t('chat.send')}
          disabled={(text.trim() === '' && sent === null) || (gone && !editing)}
        >
          <IconSend2 size={20} stroke={1.7} className="mirrored" aria-hidden />
        </ActionIcon>
      </div>
      {files !== null && picking && (
        <files.Picker
          onChosen={(chosen) => {
            setFile(chosen);
            setPicking(false);
            field.current?.focus();
          }}
          onClose={() => setPicking(false)}
        />
      )}
      {left < 200 && (
        <p className={classes.left} role="status">
          {t('chat.length', { count: left })}
        </p>
      )}
    </form>
  );
}
