import { Button, Group, Modal } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Prose } from '../../ui/prose.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
import { download, fileName } from '../document/download.ts';
import { pastNotesQuery } from './meetings-query.ts';

/** What was written together in a meeting that is over. */
export default function PastNotes({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('document');
  const { t: common } = useTranslation();
  const notes = useQuery(pastNotesQuery(id));
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('notes')}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      {notes.data === undefined ? (
        notes.isError ? (
          <Failure error={notes.error} onRetry={notes.refetch} />
        ) : (
          <Waiting />
        )
      ) : (
        <>
          <div dir="auto">
            <Prose text={notes.data.text} stay />
          </div>
          <Group justify="flex-end" mt="md">
            <Button
              variant="default"
              leftSection={<IconDownload size={18} stroke={1.7} aria-hidden />}
              onClick={() => {
                const { title, startedAt, text } = notes.data;
                download(fileName(title, 'md', new Date(startedAt)), text, 'text/markdown');
              }}
            >
              {t('downloadNotes')}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}
