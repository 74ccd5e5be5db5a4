import { Kbd, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ShortcutId, shortcuts } from './model/shortcuts.ts';
import classes from './shortcuts-dialog.module.css';
import type { Deeds } from './use-shortcuts.ts';

/** Every key that does something in this meeting. */
export function ShortcutsDialog({ opened, deeds, onClose }: { opened: boolean; deeds: Deeds; onClose: () => void }) {
  const { t } = useTranslation('comfort');
  const { t: common } = useTranslation();
  const ids = Object.keys(shortcuts).filter((id) => id in deeds) as ShortcutId[];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('shortcuts.title')}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      <Text size="sm" c="dimmed" mb="md">
        {t('shortcuts.hint')}
      </Text>
      <dl className={classes.list}>
        <Row keys={t('shortcuts.space')} deed={t('shortcuts.talk')} />
        {ids.map((id) => (
          <Row key={id} keys={shortcuts[id].key.toUpperCase()} deed={t(`shortcuts.${id}`)} />
        ))}
      </dl>
    </Modal>
  );
}

function Row({ keys, deed }: { keys: string; deed: string }) {
  return (
    <div className={classes.row}>
      <dt>
        <Kbd>{keys}</Kbd>
      </dt>
      <dd>{deed}</dd>
    </div>
  );
}
