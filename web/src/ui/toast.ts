import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

const closeButton = () => ({ 'aria-label': i18next.t('action.close') });

/** A short word that something is done. */
export function toast(message: string): void {
  notifications.show({ message, color: 'lagoon', autoClose: 4000, closeButtonProps: closeButton() });
}

/** A short word that something was refused or failed. */
export function toastProblem(message: string): void {
  notifications.show({ message, color: 'red', autoClose: 8000, closeButtonProps: closeButton() });
}
