import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../locales/i18n.ts';
import { ProblemError, sentenceOf } from '../wire/problem.ts';

/** Something is on its way; it keeps its place so that nothing jumps when it comes. */
export function Waiting({ minHeight = 240 }: { minHeight?: number | string }) {
  const { t } = useTranslation();
  return (
    <Center mih={minHeight}>
      <Loader aria-label={t('state.loading')} role="status" type="dots" />
    </Center>
  );
}

/** What is shown where a list is empty or a thing is missing: a sentence and the next step. */
export function Nothing(props: { icon: ReactNode; title: string; hint?: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={56} px="md" ta="center">
      <Text c="dimmed" component="span" aria-hidden lh={0}>
        {props.icon}
      </Text>
      <Text fw={600} size="lg">
        {props.title}
      </Text>
      {props.hint && (
        <Text c="dimmed" maw="26rem">
          {props.hint}
        </Text>
      )}
      {props.children}
    </Stack>
  );
}

/** A failure, said in the person's language, with a way on. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack align="center" gap="sm" py={56} px="md" ta="center" role="alert">
      <IconAlertCircle size={32} stroke={1.5} aria-hidden />
      <Title order={2} size="h3">
        {t('state.failed')}
      </Title>
      <Text c="dimmed" maw="30rem">
        {useSentence(error)}
      </Text>
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          {t('action.retry')}
        </Button>
      )}
    </Stack>
  );
}

/** The sentence for an error in the language on the screen. */
export function useSentence(error: unknown): string {
  const sentence = useSentences();
  return sentence(error);
}

export function useSentences(): (error: unknown) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (error) =>
    error instanceof ProblemError && error.problem.status === 0 && error.problem.code === 'unavailable'
      ? t('state.offline')
      : sentenceOf(error, language);
}
