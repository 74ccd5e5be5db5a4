import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LocalMedia } from './model/local-media.ts';
import { useFollow } from './use-follow.ts';

/** What is wrong with the devices, in sentences. */
export function Troubles({ media }: { media: LocalMedia }) {
  const { t } = useTranslation('vroom');
  const { microphone, camera, screen } = useFollow(media);
  const sentences = [
    microphone.trouble && t(`trouble.microphone.${microphone.trouble}`),
    camera.trouble && t(`trouble.camera.${camera.trouble}`),
    screen.trouble && t('trouble.screen'),
  ];
  const told = [...new Set(sentences.filter((sentence) => sentence !== null))];
  if (told.length === 0) return null;
  return (
    <Alert color="saffron" role="status" icon={<IconAlertTriangle size={20} stroke={1.7} aria-hidden />}>
      {told.map((sentence) => (
        <div key={sentence}>{sentence}</div>
      ))}
    </Alert>
  );
}
