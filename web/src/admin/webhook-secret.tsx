import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../ui/copy-text.ts';

/** Shown this once. */
export function WebhookSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common']);
  const [copied, setCopied] = useState(false);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('webhooks.secretTitle')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Stack gap="md">
        <Text>{t('webhooks.secretHint')}</Text>
        <Code block dir="ltr" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {secret}
        </Code>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => void copyText(secret).then(() => setCopied(true))}>
            {t(copied ? 'webhooks.copied' : 'webhooks.copy')}
          </Button>
          <Button onClick={onClose}>{t('accounts.finish')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
