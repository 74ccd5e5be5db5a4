import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LocalMedia } from './model/local-media.ts';
import { useFollow } from './use-follow.ts';

/** What is wrong with the devices, in sentences; `onlyNew` leaves out what was so from the beginning. */
export function Troubles({ media, onlyNew = false }: { media: LocalMedia; onlyNew?: boolean }) {
  const { t } = useTranslation('vroom');
  const { t: common } = useTranslation();
  const { microphone, camera, screen } = useFollow(media);
  const sentences = [
    microphone.trouble && t(`trouble.microphone.${microphone.trouble}`),
    camera.trouble && t(`trouble.camera.${camera.trouble}`),
    screen.trouble && t('trouble.screen'),
  ];
  const told = [...new Set(sentences.filter((sentence) => sentence !== null))];
  const all = told.join('\n');
  const [read, setRead] = useState(onlyNew ? all : '');
  // Mended: should it come again, it is news.
  if (all === '' && read !== '') setRead('');
  if (all === '' || all === read) return null;
  return (
    <Alert
      color="saffron"
      role="status"
      icon={<IconAlertTriangle size={20} stroke={1.7} aria-hidden />}
      withCloseButton
      closeButtonLabel={common('action.close')}
      onClose={() => setRead(all)}
    >
      {told.map((sentence) => (
        <div key={sentence}>{sentence}</div>
      ))}
    </Alert>
  );
}
