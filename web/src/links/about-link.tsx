import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import type { Opened } from './link-page.tsx';

/** From whom a link is, until when it works and how often yet. */
export function AboutLink({ page, also }: { page: Opened; also?: string | undefined }) {
  const { t } = useTranslation('links');
  const format = useFormats();
  const facts = [
    also,
    t('by', { owner: page.ownerName }),
    page.expiresAt === null ? undefined : t('until', { date: format.dateTime(page.expiresAt) }),
    page.downloadsLeft === null ? undefined : t('left', { count: page.downloadsLeft }),
  ].filter((fact) => fact !== undefined);
  return <Text c="dimmed">{facts.join(' · ')}</Text>;
}
