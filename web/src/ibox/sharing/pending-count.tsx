import { Badge, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { invitationsQuery } from './shares.ts';

/** How many invitations wait for an answer; nothing while there is none. */
export function PendingCount({ className }: { className?: string }) {
  const { t } = useTranslation('sharing');
  const { data } = useQuery(invitationsQuery);
  const count = data?.length ?? 0;
  if (count === 0) return null;
  return (
    <>
      <Badge size="sm" circle={count < 10} color="saffron" variant="filled" className={className ?? ''} aria-hidden>
        {count}
      </Badge>
      <VisuallyHidden role="status">{t('page.invitationsCount', { count })}</VisuallyHidden>
    </>
  );
}
