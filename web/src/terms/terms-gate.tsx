import { TermsAccept, TermsAcceptance } from '@diwan/protocol/terms.ts';
import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../locales/i18n.ts';
import { PageTitle } from '../ui/page-title.tsx';
import { Prose } from '../ui/prose.tsx';
import { Failure, useSentence, Waiting } from '../ui/states.tsx';
import { send } from '../wire/http.ts';
import { codeOf } from '../wire/problem.ts';
import { queryClient, useMe } from '../wire/queries.ts';
import { signOut } from '../wire/session.ts';
import classes from './terms-gate.module.css';
import { termsQuery } from './terms-query.ts';
import { TermsHeading } from './terms-text.tsx';

/**
 * nothing behind it is asked for before the version in force is accepted. When it closes again later, what was
 * open stays as it is underneath, out of reach: a meeting in progress, an upload, a half-written form.
 */
export function TermsGate({ children }: { children: ReactNode }) {
  const { termsAccepted } = useMe();
  const wasOpen = useRef(false);
  if (termsAccepted) wasOpen.current = true;
  return (
    <>
      {!termsAccepted && <TermsToAccept again={wasOpen.current} />}
      {wasOpen.current && (
        <div className={classes.behind} inert={!termsAccepted} data-closed={!termsAccepted}>
          {children}
        </div>
      )}
    </>
  );
}

function TermsToAccept({ again }: { again: boolean }) {
  const { t } = useTranslation('terms');
  const language = useLanguage();
  const { data: terms, error, refetch } = useQuery(termsQuery);
  const title = useRef<HTMLHeadingElement>(null);
  const accept = useMutation({
    mutationFn: async (read: { version: number; hash: string }) =>
      send('POST', '/api/terms/accept', {
        request: TermsAccept,
        body: { version: read.version, hash: read.hash, language, label: t('accept') },
        answer: TermsAcceptance,
      }),
    // Everything that was refused meanwhile is asked again; a newer version keeps the gate closed by what `me` says.
    onSuccess: () => queryClient.invalidateQueries(),
    onError: (failure) => {
      if (['conflict', 'cgu_outdated', 'not_found'].includes(codeOf(failure))) void refetch();
    },
  });
  const sentence = useSentence(accept.error);
  useEffect(() => {
    const place = window.scrollY;
    window.scrollTo(0, 0);
    title.current?.focus({ preventScroll: true });
    // What was underneath comes back where it was.
    return () => void requestAnimationFrame(() => window.scrollTo(0, place));
  }, []);

  if (terms === undefined) return error ? <Failure error={error} onRetry={refetch} /> : <Waiting minHeight="60vh" />;
  return (
    <Stack gap="lg" className={classes.page ?? ''}>
      <PageTitle>{t('title')}</PageTitle>
      <div>
        <Title order={1} ref={title} tabIndex={-1} className={classes.title ?? ''}>
          {t('gateTitle')}
        </Title>
        <Text c="dimmed" mt={4} size="lg">
          {t(again ? 'gateAgain' : 'gateLead')}
        </Text>
      </div>
      <TermsHeading terms={terms} />
      <Paper withBorder radius="lg" className={classes.sheet ?? ''} tabIndex={0} role="region" aria-label={t('scroll')}>
        <Prose text={terms.texts[language]} />
      </Paper>
      {accept.isError && (
        <Alert color="red" role="alert">
          {sentence}
        </Alert>
      )}
      <Group justify="space-between" gap="md">
        <Text size="sm" c="dimmed" maw="28rem">
          {t('proof')}
        </Text>
        <Group gap="sm" className={classes.actions ?? ''}>
          <Button variant="default" size="md" onClick={() => void signOut()}>
            {t('signOut')}
          </Button>
          <Button size="md" loading={accept.isPending} onClick={() => accept.mutate(terms)}>
            {t('accept')}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
