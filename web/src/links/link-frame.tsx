import type { ReactNode } from 'react';
import { LanguageSwitch } from '../ui/language-switch.tsx';
import { Lattice } from '../ui/lattice.tsx';
import { OperatorFooter } from '../ui/operator-footer.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { SchemeSwitch } from '../ui/scheme-switch.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import classes from './link-frame.module.css';

/** The house around what a visitor without an account sees. */
export function LinkFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.frame}>
      <PageTitle>{title}</PageTitle>
      <header className={classes.house}>
        <Lattice className={classes.lattice} />
        <div className={classes.bar}>
          <Wordmark height={28} />
          <div className={classes.tools}>
            <LanguageSwitch />
            <SchemeSwitch />
          </div>
        </div>
      </header>
      <main className={classes.main}>{children}</main>
      <OperatorFooter />
    </div>
  );
}
