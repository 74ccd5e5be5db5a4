import { ActionIcon, Alert, Button, Menu } from '@mantine/core';
import { IconDeviceFloppy, IconDownload, IconEyeOff, IconLock, IconPhoto, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSentences } from '../../ui/states.tsx';
import { toast, toastProblem } from '../../ui/toast.ts';
import { copyOf } from '../document/copy-of.ts';
import { download, fileName } from '../document/download.ts';
import type { Meeting } from '../model/meeting.ts';
import { useFollow } from '../use-follow.ts';
import classes from './board.module.css';
import { boardFile, boardMediaType, boardPicture } from './board-file.ts';
import { Opening } from './board-tile.tsx';
import { Drawing } from './drawing.tsx';
import type { BoardView } from './use-board.ts';

/** The whiteboard with what one can do about it. */
export default function BoardPanel({ meeting, board }: { meeting: Meeting; board: BoardView }) {
  const { t } = useTranslation('board');
  const { t: written } = useTranslation('document');
  const sentence = useSentences();
  const { room, self, board: shown } = useFollow(meeting);
  const shared = copyOf(meeting);
  const { copy, ready, lostBoard } = useFollow(shared);
  const title = room?.title ?? '';
  const drawn = () => [...copy.board.values()].filter(({ isDeleted }) => !isDeleted);
  const save = () =>
    shared.file('board').then(
      ({ folder, name }) => toast(written('saved', { folder, name })),
      (error: unknown) => toastProblem(sentence(error)),
    );
  const picture = () =>
    boardPicture(drawn()).then(
      (blob) => download(fileName(title, 'png'), blob, 'image/png'),
      (error: unknown) => toastProblem(sentence(error)),
    );
  return (
    <>
      <header className={classes.bar}>
        <h2 className={classes.title}>{t('title')}</h2>
        {board.mayDraw ? (
          shown !== null && <span className={classes.by}>{t('shownBy', { name: shown.name })}</span>
        ) : (
          <span className={classes.by} role="status">
            <IconLock size={15} stroke={1.7} aria-hidden /> {t('locked')}
          </span>
        )}
        <Menu position="bottom-end" shadow="lg">
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray.4"
              aria-label={t('keep')}
              title={t('keep')}
              className={classes.first ?? ''}
            >
              <IconDownload size={18} stroke={1.7} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {self !== null && !self.guest && (
              <Menu.Item leftSection={<IconDeviceFloppy size={18} stroke={1.6} />} onClick={save}>
                {written('save')}
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconPhoto size={18} stroke={1.6} />} onClick={picture}>
              {t('picture')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconDownload size={18} stroke={1.6} />}
              onClick={() => download(fileName(title, 'excalidraw'), boardFile(drawn()), boardMediaType)}
            >
              {t('file')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <ActionIcon variant="subtle" color="gray.4" aria-label={t('hide')} title={t('hide')} onClick={board.hide}>
          <IconEyeOff size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
        {board.mayClose && (
          <ActionIcon variant="subtle" color="gray.4" aria-label={t('close')} title={t('close')} onClick={board.close}>
            <IconX size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        )}
      </header>
      {lostBoard !== null && (
        <Alert
          color="saffron"
          variant="filled"
          className={classes.lost ?? ''}
          title={t(lostBoard.because === 'document_full' ? 'full' : 'lost')}
          withCloseButton
          closeButtonLabel={written('forget')}
          onClose={() => shared.forgetLost('board')}
        >
          <Button
            size="compact-sm"
            variant="white"
            onClick={() => download(fileName(title, 'excalidraw'), boardFile(lostBoard.elements), boardMediaType)}
          >
            {written('download')}
          </Button>
        </Alert>
      )}
      {ready ? (
        <Drawing key={copy.doc.clientID} copy={copy} point={shared.point} mayDraw={board.mayDraw} />
      ) : (
        <Opening />
      )}
    </>
  );
}
