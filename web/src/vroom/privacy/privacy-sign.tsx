import { UnstyledButton } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../ui/toast.ts';
import type { MeetingState } from '../model/meeting.ts';
import classes from './privacy.module.css';

/** The lock: here as long as nobody but those present can see and hear. Opens what there is to know about it. */
export function PrivacySign(props: { state: MeetingState; open: boolean; onOpen: () => void }) {
  const { t } = useTranslation('privacy');
  const { phase, privacy } = props.state;
  const on = privacy !== null;
  // Told when it begins in the middle of a meeting, not to who comes in.
  const before = useRef<boolean | null>(null);
  useEffect(() => {
    if (phase !== 'in') return;
    if (on && before.current === false) toast(t('turnedOn'));
    before.current = on;
  }, [phase, on, t]);
  if (!on) return null;
  return (
    <UnstyledButton
      className={classes.sign ?? ''}
      aria-expanded={props.open}
      title={t('signHint')}
      onClick={props.onOpen}
    >
      <IconLock size={15} stroke={2} aria-hidden />
      <span className={classes.signText}>{t('sign')}</span>
    </UnstyledButton>
  );
}
