import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../ui/language-switch.tsx';
import { Lattice } from '../ui/lattice.tsx';
import { OperatorFooter } from '../ui/operator-footer.tsx';
import { SchemeSwitch } from '../ui/scheme-switch.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import classes from './public-frame.module.css';

/** The frame of what can be seen before login: the house on one side, one thing to do on the other. */
export function PublicFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation('account');
  return (
    <div className={classes.frame}>
      <aside className={classes.house}>
        <Lattice className={classes.lattice} />
        <Wordmark height={32} />
        <div className={classes.pledge}>
          <Text className={classes.pledgeTitle}>{t('login.pledge')}</Text>
          <Text className={classes.pledgeHint}>{t('login.pledgeHint')}</Text>
        </div>
      </aside>
      <div className={classes.side}>
        <div className={classes.tools}>
          <LanguageSwitch />
          <SchemeSwitch />
        </div>
        <main className={classes.main}>{children}</main>
        <OperatorFooter />
      </div>
    </div>
  );
}
