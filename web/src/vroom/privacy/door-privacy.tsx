import { Alert } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { canEncrypt } from '../model/e2ee/transforms.ts';
import classes from './privacy.module.css';

/** At the door: that the meeting is encrypted, or that this browser can't take part. */
export function DoorPrivacy({ encrypted }: { encrypted: boolean }) {
  const { t } = useTranslation('privacy');
  if (!encrypted) return null;
  if (!canEncrypt())
    return (
      <Alert color="red" role="alert" icon={<IconLock aria-hidden />}>
        {t('door.cannot')}
      </Alert>
    );
  return <EncryptedSign />;
}

/** Wherever a meeting is named. */
export function EncryptedSign() {
  const { t } = useTranslation('privacy');
  return (
    <span className={classes.doorSign}>
      <IconLock size={16} stroke={1.9} aria-hidden />
      {t('door.on')}
    </span>
  );
}
