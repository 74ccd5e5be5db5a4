import { TermsVersion } from '@diwan/protocol/terms.ts';
import { Anchor, Badge, Button, Code, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconFilePlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { z } from 'zod';
import { useLanguage } from '../locales/i18n.ts';
import { useFormats } from '../ui/format.ts';
import { Failure } from '../ui/states.tsx';
import { get } from '../wire/http.ts';
import classes from './sheet.module.css';

export function TermsVersionsPage() {
  const { t } = useTranslation('admin');
  const format = useFormats();
  const language = useLanguage();
  const versions = useQuery({
    queryKey: ['admin', 'terms'],
    queryFn: ({ signal }) => get('/api/admin/terms', z.array(TermsVersion), signal),
  });
  const newest = Math.max(...(versions.data ?? []).map(({ version }) => version));
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <Button component={Link} to="/admin/terms/new" leftSection={<IconFilePlus size={19} stroke={1.7} />}>
          {t('terms.publish')}
        </Button>
      </Group>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {versions.isPending ? (
          <Stack p="lg">
            <Skeleton h={40} />
          </Stack>
        ) : versions.isError ? (
          <Failure error={versions.error} onRetry={versions.refetch} />
        ) : (
          <ul className={classes.list} aria-label={t('tabs.terms')}>
            {versions.data
              .toSorted((a, b) => b.version - a.version)
              .map(({ version, publishedAt, hash, acceptances }) => (
                <li key={version} className={classes.line}>
                  <div className={classes.words}>
                    <Group gap="xs">
                      <Text fw={500}>{t('terms.version', { version })}</Text>
                      {version === newest && <Badge variant="light">{t('terms.inForce')}</Badge>}
                    </Group>
                    <Text size="sm" c="dimmed">
                      {t('terms.published', { date: format.dateTime(publishedAt) })} ·{' '}
                      {t('terms.acceptances', { count: acceptances })}
                    </Text>
                    <Text size="sm" c="dimmed" title={hash}>
                      {t('terms.hash')} <Code dir="ltr">{hash.slice(0, 16)}…</Code>
                    </Text>
                  </div>
                  <Anchor href={`/api/terms/${version}/download?lang=${language}`} download underline="always">
                    {t('terms.read')}
                  </Anchor>
                </li>
              ))}
          </ul>
        )}
      </Paper>
    </Stack>
  );
}
