import { IconFolder, IconLink, IconStar, IconTrash, IconUsers } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useLocation } from 'react-router';
import classes from './files-nav.module.css';
import { PendingCount } from './pending-count.tsx';

/** The pages of files, each a step away; on a phone the row scrolls. */
export function FilesNav() {
  const { t } = useTranslation(['sharing', 'ibox', 'social']);
  const { pathname } = useLocation();
  const list = useRef<HTMLUListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another step of the row
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  const pages = [
    { to: '/files', label: t('ibox:root'), Icon: IconFolder },
    { to: '/files/shared', label: t('page.title'), Icon: IconUsers, count: true },
    { to: '/files/links', label: t('myLinks.title'), Icon: IconLink },
    { to: '/files/favourites', label: t('social:favourites.title'), Icon: IconStar },
    { to: '/files/trash', label: t('ibox:trash.title'), Icon: IconTrash },
  ];
  return (
    <nav aria-label={t('nav')} className={classes.nav}>
      <ul className={classes.pages} ref={list}>
        {pages.map(({ to, label, Icon, count }) => (
          <li key={to}>
            <NavLink to={to} end className={classes.page ?? ''}>
              <Icon size={18} stroke={1.7} aria-hidden />
              {label}
              {count && <PendingCount />}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
