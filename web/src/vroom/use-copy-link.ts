import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { copyText } from '../ui/copy-text.ts';
import { meetLink } from './rooms-query.ts';

/** Copies the link of a room and says so. */
export function useCopyLink(): (roomId: string) => Promise<void> {
  const { t } = useTranslation('vroom');
  return async (roomId) => {
    await copyText(meetLink(roomId));
    notifications.show({ message: t('rooms.copied'), autoClose: 2500 });
  };
}
