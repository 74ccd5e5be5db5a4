import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { meetLink } from './rooms-query.ts';

/** Copies the link of a room and says so. */
export function useCopyLink(): (roomId: string) => Promise<void> {
  const { t } = useTranslation('vroom');
  return async (roomId) => {
    await copyText(meetLink(roomId));
    notifications.show({ message: t('rooms.copied'), autoClose: 2500 });
  };
}

async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard on plain http: the old way still works there.
    const field = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}
