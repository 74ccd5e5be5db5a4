import { Alert, Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../../ui/copy-text.ts';
import classes from './recovery-codes.module.css';

/** Recovery codes, shown this once: it closes when the person says that they are kept. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation('security');
  const [copied, setCopied] = useState(false);
  const [kept, setKept] = useState(false);
  const text = `${codes.join('\n')}\n`;
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('recovery.newTitle')}
    >
      <Stack gap="md">
        <Alert color="yellow">{t('recovery.once')}</Alert>
        <ul className={classes.codes} aria-label={t('recovery.list')} dir="ltr">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            onClick={() => void copyText(text).then(() => setCopied(true))}
          >
            {t(copied ? 'recovery.copied' : 'recovery.copy')}
          </Button>
          <Button
            variant="default"
            component="a"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
            download={t('recovery.file')}
            leftSection={<IconDownload size={18} />}
          >
            {t('recovery.download')}
          </Button>
        </Group>
        <Checkbox
          label={t('recovery.kept')}
          checked={kept}
          onChange={(event) => setKept(event.currentTarget.checked)}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button disabled={!kept} onClick={onClose}>
            {t('recovery.finish')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
