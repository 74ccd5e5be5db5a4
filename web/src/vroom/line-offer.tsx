import { Button, CloseButton } from '@mantine/core';
import { IconAntennaBars2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './stage.module.css';

/** On a bad line: sound only. Said once a meeting is enough for who does not want it. */
export function LineOffer({ poor, onAccept }: { poor: boolean; onAccept: () => void }) {
  const { t } = useTranslation('comfort');
  const { t: common } = useTranslation();
  const [refused, setRefused] = useState(false);
  if (!poor || refused) return null;
  return (
    <div role="status" className={classes.sound}>
      <IconAntennaBars2 size={22} stroke={1.8} aria-hidden />
      <span>{t('saving.offer')}</span>
      <Button color="saffron" onClick={onAccept}>
        {t('saving.start')}
      </Button>
      <CloseButton
        aria-label={common('action.close')}
        c="inherit"
        variant="transparent"
        onClick={() => setRefused(true)}
      />
    </div>
  );
}
