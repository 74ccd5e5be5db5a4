import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../ui/copy-text.ts';

/** A secret that is shown this once. */
export function ShownOnce(props: { title: string; hint: string; secret: string; onClose: () => void }) {
  const { title, hint, secret, onClose } = props;
  const { t } = useTranslation(['admin', 'common']);
  const [copied, setCopied] = useState(false);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack gap="md">
        <Text>{hint}</Text>
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
