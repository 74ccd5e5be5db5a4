import { Paper, Stack, Text, Title } from '@mantine/core';
import { IconSearch, IconSearchOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useFormats } from '../ui/format.ts';
import { PageTitle } from '../ui/page-title.tsx';
import { Failure, Nothing, Waiting } from '../ui/states.tsx';
import classes from './entries.module.css';
import { FilesBar } from './files-bar.tsx';
import { FilesCrumbs } from './files-crumbs.tsx';
import { FoundNode } from './found-node.tsx';
import { searchQuery } from './history-queries.ts';
import { Viewer } from './viewer.tsx';

/** Files and folders by name. The question is in the address, so that going back finds it again. */
export function SearchPage() {
  const { t } = useTranslation('ibox');
  const [params, setParams] = useSearchParams();
  const question = params.get('q')?.trim() ?? '';
  const query = useQuery(searchQuery(question));
  const found = query.data?.found ?? [];
  const format = useFormats();
  const [viewed, setViewed] = useState<string>();
  return (
    <Stack gap="md">
      <PageTitle>{t('search.title')}</PageTitle>
      <FilesCrumbs here={t('search.title')} />
      <Title order={1}>{t('search.title')}</Title>
      <FilesBar
        question={question}
        onQuestion={(q) => setParams(q === '' ? {} : { q }, { replace: true, preventScrollReset: true })}
      />
      <Text c="dimmed" role="status">
        {question !== '' && query.data && !query.isPlaceholderData && (
          <>
            {t('search.found', { count: found.length })} {query.data.more && t('search.more')}
          </>
        )}
      </Text>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {question === '' ? (
          <Nothing icon={<IconSearch size={44} stroke={1.3} />} title={t('search.begin')} hint={t('search.hint')} />
        ) : query.isPending ? (
          <Waiting />
        ) : query.isError ? (
          <Failure error={query.error} onRetry={query.refetch} />
        ) : found.length === 0 ? (
          <Nothing icon={<IconSearchOff size={44} stroke={1.3} />} title={t('search.none')} hint={t('search.hint')} />
        ) : (
          <ul className={classes.list} aria-label={t('search.results')}>
            {found.map((one) => (
              <FoundNode key={one.node.id} {...one} onView={(node) => setViewed(node.id)}>
                <Text size="sm" c="dimmed">
                  {one.node.kind === 'file' && <>{format.size(one.node.size)} · </>}
                  {format.dateTime(one.node.changedAt)}
                </Text>
              </FoundNode>
            ))}
          </ul>
        )}
      </Paper>
      {viewed !== undefined && (
        <Viewer nodes={found.map(({ node }) => node)} start={viewed} onClose={() => setViewed(undefined)} />
      )}
    </Stack>
  );
}
