import { Space } from '@diwan/protocol/ibox.ts';
import { SimpleGrid, Skeleton, Title } from '@mantine/core';
import { IconDevices, IconFolder } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useFormats } from '../ui/format.ts';
import { LinkCard } from '../ui/link-card.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { MeetingsCard } from '../vroom/home-card.tsx';
import { get } from '../wire/http.ts';
import { useMe } from '../wire/queries.ts';

export function HomePage() {
  const { t } = useTranslation('home');
  const { account } = useMe();
  const hour = new Date().getHours();
  return (
    <>
      <PageTitle>{t('nav.home', { ns: 'common' })}</PageTitle>
      <Title order={1} mb="xl">
        {t(hour >= 18 || hour < 4 ? 'greeting.evening' : 'greeting.morning', { name: account.name })}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="lg">
        <MeetingsCard />
        <FilesCard />
        <LinkCard
          icon={<IconDevices size={24} stroke={1.6} />}
          title={t('sync.title')}
          hint={t('sync.hint')}
          to="/device"
          action={t('sync.open')}
        />
      </SimpleGrid>
    </>
  );
}

function FilesCard() {
  const { t } = useTranslation('home');
  const format = useFormats();
  const spaces = useQuery({
    queryKey: ['ibox', 'spaces'],
    queryFn: ({ signal }) => get('/api/ibox/spaces', z.array(Space), signal),
  });
  const used = spaces.data?.reduce((sum, space) => sum + space.usedBytes, 0);
  return (
    <LinkCard
      icon={<IconFolder size={24} stroke={1.6} />}
      title={t('files.title')}
      hint={
        used !== undefined ? (
          t('files.hint', { size: format.size(used) })
        ) : spaces.isError ? null : (
          <Skeleton component="span" display="inline-block" h="1em" w="9rem" />
        )
      }
      to="/files"
      action={t('files.open')}
    />
  );
}
