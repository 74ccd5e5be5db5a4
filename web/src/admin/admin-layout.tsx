import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet } from 'react-router';
import { NotFoundPage } from '../layout/error-page.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { useMe } from '../wire/queries.ts';
import classes from './admin-layout.module.css';

const tabs = ['accounts', 'meetings', 'notices', 'terms', 'webhooks', 'keys'] as const;

/** The operator's side; nobody else learns that it is there. */
export function AdminLayout() {
  const { t } = useTranslation('admin');
  const { account } = useMe();
  if (account.role !== 'admin') return <NotFoundPage />;
  return (
    <>
      <PageTitle>{t('title')}</PageTitle>
      <Title order={1}>{t('title')}</Title>
      <nav className={classes.tabs} aria-label={t('tabs.label')}>
        {tabs.map((tab) => (
          <NavLink key={tab} to={`/admin/${tab}`} className={classes.tab ?? ''}>
            {t(`tabs.${tab}`)}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
