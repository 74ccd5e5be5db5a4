import { previewedTypes } from '@diwan/protocol/ibox-previews.ts';
import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconDownload, IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileKind } from '../ibox/file-kind.ts';
import { NodeIcon } from '../ibox/node-icon.tsx';
import { Viewer } from '../ibox/viewer.tsx';
import { useFormats } from '../ui/format.ts';
import { useSentences } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import type { SentFile } from '../vroom/together/meeting-files.ts';
import classes from './attachment.module.css';
import { messagePath, messageSource, readyFor } from './message-source.ts';

/** A file in the chat: what it is, its picture if it has one, and the ways to see it and to have it. */
export default function Attachment(sent: SentFile) {
  const { file, number } = sent;
  const { t } = useTranslation(['together', 'browse']);
  const format = useFormats();
  const sentence = useSentences();
  const [open, setOpen] = useState(false);
  const node = { ...file, id: String(number), kind: 'file' as const, changedAt: sent.change };
  const about = `${t(`browse:kind.${fileKind(node)}`)} · ${format.size(file.size)}`;
  if (file.withdrawn)
    return (
      <div className={classes.card} data-withdrawn>
        <IconFileOff size={24} stroke={1.5} aria-hidden className={classes.icon} />
        <span className={classes.words}>
          <bdi className={classes.name}>{file.name}</bdi>
          <span className={classes.about}>{t('files.withdrawn')}</span>
        </span>
      </div>
    );
  const source = messageSource(sent);
  const download = () => source.download(node).catch((error) => toastProblem(sentence(error)));
  return (
    <div className={classes.card}>
      <UnstyledButton
        className={classes.open ?? ''}
        onClick={() => setOpen(true)}
        aria-label={t('files.open', { name: file.name })}
      >
        <Picture {...sent} />
        <span className={classes.line}>
          <span className={classes.icon}>
            <NodeIcon node={{ ...node, mount: null }} size={26} />
          </span>
          <span className={classes.words}>
            <span className={classes.name}>
              <bdi>{file.name}</bdi>
            </span>
            <span className={classes.about}>{about}</span>
          </span>
        </span>
      </UnstyledButton>
      <ActionIcon
        variant="transparent"
        size={36}
        className={classes.download ?? ''}
        aria-label={t('files.download', { name: file.name })}
        onClick={download}
      >
        <IconDownload size={19} stroke={1.7} aria-hidden />
      </ActionIcon>
      {open && <Viewer nodes={[node]} start={node.id} source={source} onClose={() => setOpen(false)} />}
    </div>
  );
}

/** The small picture in a file, if there is one; the name stands below. */
function Picture(sent: SentFile) {
  const [failed, setFailed] = useState(false);
  const pictured = previewedTypes.includes(sent.file.mediaType ?? '');
  const ready = useQuery({
    queryKey: ['message-file', 'ready', sent.guest],
    queryFn: () => readyFor(sent.guest).then(() => true),
    staleTime: 4 * 60_000,
    enabled: pictured,
  });
  if (!pictured || failed || ready.data === undefined) return null;
  return (
    <img
      className={classes.picture}
      src={`${messagePath(sent)}/preview?size=256&v=${sent.change}`}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(true)}
    />
  );
}
