import { Button, Group, Modal } from '@mantine/core';
import { IconDownload, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Failure, useSentences, Waiting } from '../../ui/states.tsx';
import { toastProblem } from '../../ui/toast.ts';
import { download, fileName } from '../document/download.ts';
import { pastBoardQuery } from '../planned/meetings-query.ts';
import classes from './board.module.css';
import { boardFile, boardMediaType, boardPicture } from './board-file.ts';
import { StillDrawing } from './still-drawing.tsx';

/** What was drawn together in a meeting that is over. */
export default function PastBoard({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('board');
  const { t: common } = useTranslation();
  const sentence = useSentences();
  const { data, isError, error, refetch } = useQuery(pastBoardQuery(id));
  const name = (ending: string) => fileName(data?.title ?? '', ending, new Date(data?.startedAt ?? 0));
  return (
    <Modal
      opened
      onClose={onClose}
      size="70rem"
      title={t('title')}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      {data === undefined ? (
        isError ? (
          <Failure error={error} onRetry={refetch} />
        ) : (
          <Waiting />
        )
      ) : (
        <>
          <div className={classes.still}>
            <StillDrawing elements={data.elements} />
          </div>
          <Group justify="flex-end" mt="md" gap="sm">
            <Button
              variant="default"
              leftSection={<IconPhoto size={18} stroke={1.7} aria-hidden />}
              onClick={() =>
                boardPicture(data.elements).then(
                  (blob) => download(name('png'), blob, 'image/png'),
                  (problem: unknown) => toastProblem(sentence(problem)),
                )
              }
            >
              {t('picture')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconDownload size={18} stroke={1.7} aria-hidden />}
              onClick={() => download(name('excalidraw'), boardFile(data.elements), boardMediaType)}
            >
              {t('file')}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}
