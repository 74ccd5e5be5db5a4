import { ActionIcon, Button, Group, Modal, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconDownload, IconFileOff } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { directionOf, useLanguage } from '../locales/i18n.ts';
import { useFormats } from '../ui/format.ts';
import { Nothing, useSentences } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import { FileContent, type FileSource, type ShownFile } from './file-content.tsx';
import { ownFiles } from './own-files.ts';
import classes from './viewer.module.css';
import { neighbour } from './viewer-kind.ts';

/** Shows one file of a list, large; the arrows go to the one before and after. */
export function Viewer(props: {
  nodes: readonly ShownFile[];
  start: string;
  source?: FileSource;
  onClose: () => void;
}) {
  const { nodes, start, source = ownFiles, onClose } = props;
  const { t } = useTranslation('viewer');
  const sentence = useSentences();
  const format = useFormats();
  const direction = directionOf(useLanguage());
  const files = nodes.filter((node) => node.kind === 'file');
  const [shown, setShown] = useState(start);
  const node = files.find((one) => one.id === shown);
  const before = neighbour(files, shown, -1);
  const after = neighbour(files, shown, 1);

  const onKeyDown = (event: KeyboardEvent) => {
    // A player's own keys are its own.
    if (event.target instanceof HTMLMediaElement) return;
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const backward = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const next = event.key === forward ? after : event.key === backward ? before : undefined;
    if (next) setShown(next.id);
  };
  const [Back, Forth] = direction === 'rtl' ? [IconChevronRight, IconChevronLeft] : [IconChevronLeft, IconChevronRight];
  const download = () => node && source.download(node).catch((error) => toastProblem(sentence(error)));

  return (
    <Modal
      opened
      fullScreen
      onClose={onClose}
      onKeyDown={onKeyDown}
      title={<bdi>{node?.name ?? t('gone')}</bdi>}
      closeButtonProps={{ 'aria-label': t('close') }}
      classNames={{ content: classes.content ?? '', body: classes.body ?? '', title: classes.title ?? '' }}
    >
      <div className={classes.stage}>
        {node ? (
          <FileContent key={node.id} file={node} source={source} />
        ) : (
          <Nothing icon={<IconFileOff size={44} stroke={1.3} />} title={t('gone')} />
        )}
      </div>
      <Group className={classes.bar ?? ''} justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          <ActionIcon
            variant="default"
            size={42}
            aria-label={t('previous')}
            disabled={!before}
            onClick={() => before && setShown(before.id)}
          >
            <Back size={22} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={42}
            aria-label={t('next')}
            disabled={!after}
            onClick={() => after && setShown(after.id)}
          >
            <Forth size={22} />
          </ActionIcon>
          {node && (
            <Text c="dimmed" size="sm" role="status">
              {t('place', { number: files.indexOf(node) + 1, count: files.length })} · {format.size(node.size)}
            </Text>
          )}
        </Group>
        {node && (
          <Button leftSection={<IconDownload size={19} stroke={1.7} />} onClick={download}>
            {t('download')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
