import { notifications } from '@mantine/notifications';

/** A short word that something is done. */
export function toast(message: string): void {
  notifications.show({ message, color: 'lagoon', autoClose: 4000 });
}

/** A short word that something was refused or failed. */
export function toastProblem(message: string): void {
  notifications.show({ message, color: 'red', autoClose: 8000 });
}
