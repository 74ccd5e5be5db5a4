import { Button, Group, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ClashQuestion } from './queue.ts';

const mostNames = 4;

/** Asks once for all files of a drop whose names are taken. */
export function ClashDialog({ question: { files, answer } }: { question: ClashQuestion }) {
  const { t } = useTranslation('ibox');
  const count = files.length;
  const names = files.slice(0, mostNames).map(({ path, file }) => [...path, file.name].join(' / '));
  return (
    <Modal
      opened
      onClose={() => answer(undefined)}
      title={t('uploads.clash.title', { count, name: files[0]?.file.name })}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <Text>{t('uploads.clash.hint')}</Text>
      {count > 1 && (
        <>
          <Text component="ul" size="sm" c="dimmed" my="sm" ps="lg">
            {names.map((name) => (
              <Text component="li" size="sm" truncate key={name}>
                <bdi>{name}</bdi>
              </Text>
            ))}
            {count > mostNames && <li>{t('uploads.clash.more', { count: count - mostNames })}</li>}
          </Text>
          <Text size="sm">{t('uploads.clash.all', { count })}</Text>
        </>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="subtle" onClick={() => answer('skip')}>
          {t('uploads.clash.skip')}
        </Button>
        <Button variant="default" onClick={() => answer('rename')}>
          {t('uploads.clash.rename')}
        </Button>
        <Button onClick={() => answer('replace')}>{t('uploads.clash.replace')}</Button>
      </Group>
    </Modal>
  );
}
