import type { Terms } from '@diwan/protocol/terms.ts';
import { Anchor, Group, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../locales/i18n.ts';
import { useFormats } from '../ui/format.ts';

/** Which version it is, since when, and the text as a file. */
export function TermsHeading({ terms }: { terms: Terms }) {
  const { t } = useTranslation('terms');
  const language = useLanguage();
  const format = useFormats();
  return (
    <Group gap="xs 1.25rem" justify="space-between">
      <Text c="dimmed">
        {t('version', { version: terms.version })}, {t('inForce', { date: format.date(terms.publishedAt) })}
      </Text>
      <Anchor href={`/api/terms/${terms.version}/download?lang=${language}`} download underline="always">
        <Group gap={6} component="span" wrap="nowrap">
          <IconDownload size={18} stroke={1.7} aria-hidden />
          {t('download')}
        </Group>
      </Anchor>
    </Group>
  );
}
