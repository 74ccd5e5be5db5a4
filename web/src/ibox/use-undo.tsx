import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import type { Outcome } from './changes.ts';
import { rememberUndo, takeUndo } from './undo.ts';

/** How long a change can be taken back from its message, in ms. */
const undoMs = 10_000;

/** Says that something is done, with a button that takes it back; Ctrl+Z does the same while a list has the focus. */
export function useUndo() {
  const { t } = useTranslation(['browse', 'common']);
  const sentence = useSentences();
  async function run(undo: (() => Promise<Outcome>) | undefined): Promise<void> {
    if (!undo) return;
    const { failed } = await undo();
    if (failed[0]) toastProblem(t('undonePartly', { reason: sentence(failed[0].error) }));
    else toast(t('undone'));
  }
  return {
    say(message: string, undo: () => Promise<Outcome>): void {
      rememberUndo(undo);
      const id = notifications.show({
        color: 'lagoon',
        autoClose: undoMs,
        closeButtonProps: { 'aria-label': t('common:action.close') },
        message: (
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm">{message}</Text>
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                notifications.hide(id);
                void run(takeUndo(undo));
              }}
            >
              {t('undo')}
            </Button>
          </Group>
        ),
      });
    },
    undoLast: () => void run(takeUndo()),
  };
}
