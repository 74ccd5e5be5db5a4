import { Paper, Stack, Title } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../ui/page-title.tsx';
import { Failure, Nothing, Waiting } from '../../ui/states.tsx';
import entries from '../entries.module.css';
import { FilesBar } from '../files-bar.tsx';
import { LinkEntry } from './link-entry.tsx';
import classes from './links-page.module.css';
import { ownLinksQuery } from './shares.ts';
import sharing from './sharing.module.css';

/** All links that the person has made. */
export function LinksPage() {
  const { t } = useTranslation('sharing');
  const links = useQuery(ownLinksQuery);
  return (
    <Stack gap="md">
      <PageTitle>{t('myLinks.title')}</PageTitle>
      <FilesBar />
      <Title order={1}>{t('myLinks.title')}</Title>
      <Paper withBorder radius="lg" className={entries.sheet ?? ''}>
        {links.isPending ? (
          <Waiting />
        ) : links.data === undefined ? (
          <Failure error={links.error} onRetry={links.refetch} />
        ) : links.data.length === 0 ? (
          <Nothing
            icon={<IconLinkOff size={44} stroke={1.3} />}
            title={t('myLinks.none')}
            hint={t('myLinks.noneHint')}
          />
        ) : (
          <ul className={`${sharing.people} ${classes.links}`} aria-label={t('myLinks.title')}>
            {links.data.map((link) => (
              <LinkEntry key={link.id} link={link} withNode />
            ))}
          </ul>
        )}
      </Paper>
    </Stack>
  );
}
