import type { SearchResult } from '@diwan/protocol/ibox-history.ts';
import { Paper, Stack, Text, Title } from '@mantine/core';
import { IconSearch, IconSearchOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useFormats } from '../ui/format.ts';
import { PageTitle } from '../ui/page-title.tsx';
import { Failure, Nothing, useSentences, Waiting } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import { downloadNode } from './changes.ts';
import classes from './entries.module.css';
import { FilesBar } from './files-bar.tsx';
import { FilesCrumbs } from './files-crumbs.tsx';
import { searchQuery } from './history-queries.ts';
import { NodeIcon } from './node-icon.tsx';

/** Files and folders by name. The question is in the address, so that going back finds it again. */
export function SearchPage() {
  const { t } = useTranslation('ibox');
  const [params, setParams] = useSearchParams();
  const question = params.get('q')?.trim() ?? '';
  const query = useQuery(searchQuery(question));
  const found = query.data?.found ?? [];
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
              <Found key={one.node.id} {...one} />
            ))}
          </ul>
        )}
      </Paper>
    </Stack>
  );
}

function Found({ node, place }: SearchResult['found'][number]) {
  const { t } = useTranslation('ibox');
  const sentence = useSentences();
  const format = useFormats();
  const folder = place.at(-1);
  const names = place.map(({ name }, index) => (index === 0 ? t('root') : name)).join(' / ');
  return (
    <li className={classes.entry}>
      <NodeIcon node={node} />
      <div className={classes.words}>
        {node.kind === 'folder' ? (
          <Link className={classes.name} to={`/files/${node.id}`}>
            <bdi>{node.name}</bdi>
          </Link>
        ) : (
          <button
            type="button"
            className={classes.name}
            title={t('download')}
            onClick={() => void downloadNode(node).catch((error) => toastProblem(sentence(error)))}
          >
            <bdi>{node.name}</bdi>
          </button>
        )}
        {folder && (
          <Link className={classes.place} to={place.length === 1 ? '/files' : `/files/${folder.id}`}>
            {t('search.in')} <bdi>{names}</bdi>
          </Link>
        )}
      </div>
      <Text size="sm" c="dimmed">
        {node.kind === 'file' && <>{format.size(node.size)} · </>}
        {format.dateTime(node.changedAt)}
      </Text>
    </li>
  );
}
