import type { Node } from '@diwan/protocol/ibox.ts';
import type { Favourites } from '@diwan/protocol/ibox-social.ts';
import { ActionIcon, Paper, Stack, Title } from '@mantine/core';
import { IconStar, IconStarFilled } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../ui/page-title.tsx';
import { Failure, Nothing, useSentences, Waiting } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import classes from './entries.module.css';
import { FilesBar } from './files-bar.tsx';
import { FoundNode } from './found-node.tsx';
import { favouritesQuery, setFavourites } from './social.ts';
import { Viewer } from './viewer.tsx';

/** What the person has starred, wherever it lies. */
export function FavouritesPage() {
  const { t } = useTranslation('social');
  const query = useQuery(favouritesQuery);
  const [viewed, setViewed] = useState<string>();
  const favourites = query.data?.favourites ?? [];
  return (
    <Stack gap="md">
      <PageTitle>{t('favourites.title')}</PageTitle>
      <FilesBar />
      <Title order={1}>{t('favourites.title')}</Title>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {query.isPending ? (
          <Waiting />
        ) : query.isError && favourites.length === 0 ? (
          <Failure error={query.error} onRetry={query.refetch} />
        ) : favourites.length === 0 ? (
          <Nothing
            icon={<IconStar size={44} stroke={1.3} />}
            title={t('favourites.nothing')}
            hint={t('favourites.hint')}
          />
        ) : (
          <ul className={classes.list} aria-label={t('favourites.title')}>
            {favourites.map((one) => (
              <Favourite key={one.node.id} {...one} onView={(node) => setViewed(node.id)} />
            ))}
          </ul>
        )}
      </Paper>
      {viewed !== undefined && (
        <Viewer nodes={favourites.map(({ node }) => node)} start={viewed} onClose={() => setViewed(undefined)} />
      )}
    </Stack>
  );
}

function Favourite({ node, place, onView }: Favourites['favourites'][number] & { onView: (node: Node) => void }) {
  const { t } = useTranslation('social');
  const sentence = useSentences();
  const remove = useMutation({
    mutationFn: () => setFavourites([node], false),
    onError: (error) => toastProblem(sentence(error)),
  });
  return (
    <FoundNode node={node} place={place} onView={onView}>
      <ActionIcon
        variant="subtle"
        color="saffron"
        size={36}
        aria-label={`${t('favourites.remove')} : ${node.name}`}
        title={t('favourites.remove')}
        loading={remove.isPending}
        onClick={() => remove.mutate()}
      >
        <IconStarFilled size={19} />
      </ActionIcon>
    </FoundNode>
  );
}
