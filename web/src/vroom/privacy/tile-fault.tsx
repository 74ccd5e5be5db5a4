import { IconKey, IconLockExclamation } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../model/e2ee/frames.ts';
import classes from './privacy.module.css';

/** In place of a picture that arrives and does not open: never silently black. */
export function TileFault({ fault }: { fault: Fault | null }) {
  const { t } = useTranslation('privacy');
  if (fault === null) return null;
  const waiting = fault === 'no-key';
  const Icon = waiting ? IconKey : IconLockExclamation;
  return (
    <div className={classes.fault} data-fault={fault}>
      <Icon size={28} stroke={1.5} aria-hidden />
      {t(waiting ? 'tile.waiting' : 'tile.unreadable')}
    </div>
  );
}
