import { ActionIcon, Alert, Button, Loader, Menu, SegmentedControl, Tooltip } from '@mantine/core';
import {
  IconBold,
  IconDeviceFloppy,
  IconDownload,
  IconHeading,
  IconItalic,
  IconList,
  IconListNumbers,
  IconLock,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Prose } from '../../ui/prose.tsx';
import { useSentences } from '../../ui/states.tsx';
import { toast, toastProblem } from '../../ui/toast.ts';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import { inCharge } from '../model/roles.ts';
import panel from '../together/panel.module.css';
import { type Panel, PanelTabs } from '../together/panel-tabs.tsx';
import { useFollow } from '../use-follow.ts';
import { copyOf } from './copy-of.ts';
import { download, fileName } from './download.ts';
import { type NotesEditor, openEditor } from './editor.ts';
import classes from './notes.module.css';
import type { Copy } from './shared-copy.ts';

interface NotesPanelProps {
  meeting: Meeting;
  state: MeetingState;
  unread: Partial<Record<Panel, number>>;
  onPanel: (panel: Panel | null) => void;
}

/** What everybody writes together, in Markdown: as it is written, or as it reads. */
export default function NotesPanel({ meeting, state, unread, onPanel }: NotesPanelProps) {
  const { t } = useTranslation('document');
  const sentence = useSentences();
  const shared = copyOf(meeting);
  const { copy, ready, lost } = useFollow(shared);
  const [reading, setReading] = useState(false);
  const editor = useRef<NotesEditor>(null);
  const writable = inCharge(state.self?.role) || (state.room?.settings.notes ?? true);
  const title = state.room?.title ?? '';
  const hasFiles = state.self !== null && state.self.role !== 'guest';

  const save = () =>
    shared.file('notes').then(
      ({ folder, name }) => toast(t('saved', { folder, name })),
      (error: unknown) => toastProblem(sentence(error)),
    );
  const take = () => download(fileName(title, 'md'), copy.notes.toString(), 'text/markdown');

  return (
    <aside className={`${panel.panel} ${classes.panel}`} aria-label={t('notes')}>
      <PanelTabs panel="notes" onPanel={onPanel} unread={unread} />
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label={t('view')}
          value={reading ? 'read' : 'write'}
          onChange={(value) => setReading(value === 'read')}
          data={[
            { value: 'write', label: t('write') },
            { value: 'read', label: t('read') },
          ]}
          classNames={{
            root: classes.switch ?? '',
            label: classes.switchLabel ?? '',
            indicator: classes.switchOn ?? '',
          }}
        />
        {!reading && writable && <Marks editor={editor} />}
        <Keep hasFiles={hasFiles} onSave={save} onDownload={take} />
      </div>
      {!writable && (
        <p className={classes.locked} role="status">
          <IconLock size={16} stroke={1.7} aria-hidden /> {t('locked')}
        </p>
      )}
      {lost !== null && (
        <Alert
          color="saffron"
          variant="filled"
          className={classes.lost ?? ''}
          title={t('lost')}
          withCloseButton
          closeButtonLabel={t('forget')}
          onClose={() => shared.forgetLost('notes')}
        >
          <Button
            size="compact-sm"
            variant="white"
            onClick={() => download(fileName(title, 'md'), lost.notes, 'text/markdown')}
          >
            {t('download')}
          </Button>
        </Alert>
      )}
      {!ready ? (
        <div className={panel.empty} role="status">
          <Loader type="dots" color="lagoon.3" aria-hidden />
          {t('opening')}
        </div>
      ) : reading ? (
        <Reading copy={copy} />
      ) : (
        <Writing key={copy.doc.clientID} copy={copy} writable={writable} editor={editor} />
      )}
    </aside>
  );
}

function Writing(props: { copy: Copy; writable: boolean; editor: React.RefObject<NotesEditor | null> }) {
  const { copy, writable, editor } = props;
  const { t } = useTranslation('document');
  const place = useRef<HTMLDivElement>(null);
  const texts = { label: t('notes'), placeholder: t('placeholder'), full: t('full') };
  // The editor lives as long as its copy: what changes about it is told to it.
  const first = useRef({ texts, writable });
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const { texts: said, writable: initially } = first.current;
    const opened = openEditor(parent, copy, said, { writable: initially, onFull: () => toastProblem(said.full) });
    editor.current = opened;
    return () => {
      editor.current = null;
      opened.close();
    };
  }, [copy, editor]);
  useEffect(() => editor.current?.setWritable(writable), [editor, writable]);
  return <div ref={place} className={classes.editor} />;
}

/** How often what is being written is set anew, in ms. */
const readEveryMs = 300;

function Reading({ copy }: { copy: Copy }) {
  const { t } = useTranslation('document');
  const [text, setText] = useState(() => copy.notes.toString());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setText(copy.notes.toString());
      }, readEveryMs);
    };
    setText(copy.notes.toString());
    copy.notes.observe(later);
    return () => {
      clearTimeout(timer);
      copy.notes.unobserve(later);
    };
  }, [copy]);
  if (text.trim() === '') return <div className={panel.empty}>{t('empty')}</div>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className={classes.reading} dir="auto" aria-label={t('notes')} tabIndex={0}>
      <Prose text={text} stay />
    </section>
  );
}

function Marks({ editor }: { editor: React.RefObject<NotesEditor | null> }) {
  const { t } = useTranslation('document');
  const marks = [
    { name: 'heading', icon: IconHeading, act: () => editor.current?.prefix('## ') },
    { name: 'bold', icon: IconBold, act: () => editor.current?.wrap('**') },
    { name: 'italic', icon: IconItalic, act: () => editor.current?.wrap('_') },
    { name: 'list', icon: IconList, act: () => editor.current?.prefix('- ') },
    { name: 'numbers', icon: IconListNumbers, act: () => editor.current?.prefix('1. ') },
  ] as const;
  return (
    <div role="toolbar" aria-label={t('marks.label')} className={classes.marks}>
      {marks.map(({ name, icon: Icon, act }) => (
        <Tooltip key={name} label={t(`marks.${name}`)} openDelay={400}>
          <ActionIcon
            variant="subtle"
            color="gray.4"
            aria-label={t(`marks.${name}`)}
            // The selection stays where it is.
            onMouseDown={(event) => event.preventDefault()}
            onClick={act}
          >
            <Icon size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}

function Keep(props: { hasFiles: boolean; onSave: () => void; onDownload: () => void }) {
  const { hasFiles, onSave, onDownload } = props;
  const { t } = useTranslation('document');
  return (
    <Menu position="bottom-end" shadow="lg">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray.4"
          aria-label={t('keep')}
          title={t('keep')}
          className={classes.keep ?? ''}
        >
          <IconDownload size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {hasFiles && (
          <Menu.Item leftSection={<IconDeviceFloppy size={18} stroke={1.6} />} onClick={onSave}>
            {t('save')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconDownload size={18} stroke={1.6} />} onClick={onDownload}>
          {t('downloadNotes')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
