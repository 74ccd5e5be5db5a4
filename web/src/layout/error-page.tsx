import { Button } from '@mantine/core';
import { IconCompass, IconPlugX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';
import { Nothing } from '../ui/states.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Nothing icon={<IconCompass size={40} stroke={1.4} />} title={t('state.notFound')} hint={t('state.notFoundHint')}>
      <Button component={Link} to="/" variant="light" mt="sm">
        {t('action.home')}
      </Button>
    </Nothing>
  );
}

/** Where a fault of the page itself ends. */
export function CrashPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  useEffect(() => console.error(error), [error]);
  return (
    <Nothing icon={<IconPlugX size={40} stroke={1.4} />} title={t('state.crashed')} hint={t('state.crashedHint')}>
      <Button variant="light" mt="sm" onClick={() => window.location.reload()}>
        {t('state.reload')}
      </Button>
    </Nothing>
  );
}
