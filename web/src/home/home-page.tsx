import { SimpleGrid, Title } from '@mantine/core';
import { IconDevices, IconFolder } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { UsageBar } from '../ibox/files-bar.tsx';
import { LinkCard } from '../ui/link-card.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { MeetingsCard } from '../vroom/home-card.tsx';
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
  return (
    <LinkCard
      icon={<IconFolder size={24} stroke={1.6} />}
      title={t('files.title')}
      hint={<UsageBar />}
      to="/files"
      action={t('files.open')}
    />
  );
}
