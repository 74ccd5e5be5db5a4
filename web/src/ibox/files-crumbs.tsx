import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './folder-path.module.css';

/** Where a page of files that is no folder stands. */
export function FilesCrumbs({ here }: { here: string }) {
  const { t } = useTranslation('ibox');
  return (
    <nav aria-label={t('path')}>
      <ol className={classes.path}>
        <li className={classes.step}>
          <Link className={classes.link} to="/files">
            {t('root')}
          </Link>
        </li>
        <li className={classes.step}>
          <IconChevronRight size={16} stroke={1.6} aria-hidden className="mirrored" />
          <span aria-current="page" className={classes.here}>
            {here}
          </span>
        </li>
      </ol>
    </nav>
  );
}
