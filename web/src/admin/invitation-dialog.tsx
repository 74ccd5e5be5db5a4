import type { AccountCreated } from '@diwan/protocol/admin.ts';
import { Button, CopyButton, Group, Modal, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** The link of an invitation, for when mail is late. */
export function InvitationDialog({ created, onClose }: { created: AccountCreated; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common']);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('accounts.invited')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Text mb="md">{t('accounts.invitedHint', { email: created.account.email })}</Text>
      <TextInput
        label={t('accounts.link')}
        readOnly
        dir="ltr"
        value={created.invitationUrl}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="flex-end" mt="lg">
        <CopyButton value={created.invitationUrl} timeout={3000}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
              onClick={copy}
              data-autofocus
            >
              {t(copied ? 'accounts.copied' : 'accounts.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>{t('accounts.finish')}</Button>
      </Group>
    </Modal>
  );
}
