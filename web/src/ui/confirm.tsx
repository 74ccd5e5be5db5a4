import { Button, Group, Modal, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Asks before something that is hard to take back. */
export function Confirm(props: {
  title: string;
  hint?: string;
  action: string;
  danger?: boolean;
  children?: ReactNode;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    await props.onConfirm().finally(() => setBusy(false));
  };
  return (
    <Modal opened onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {props.hint && <Text>{props.hint}</Text>}
      {props.children}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={props.onClose} data-autofocus>
          {t('action.cancel')}
        </Button>
        <Button {...(props.danger ? { color: 'red' } : {})} loading={busy} onClick={confirm}>
          {props.action}
        </Button>
      </Group>
    </Modal>
  );
}
