import { TermsAcceptance } from '@diwan/protocol/terms.ts';
import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { z } from 'zod';
import { useLanguage } from '../locales/i18n.ts';
import { useFormats } from '../ui/format.ts';
import { LanguageSwitch } from '../ui/language-switch.tsx';
import { OperatorFooter } from '../ui/operator-footer.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { Prose } from '../ui/prose.tsx';
import { SchemeSwitch } from '../ui/scheme-switch.tsx';
import { Failure, Waiting } from '../ui/states.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import { get } from '../wire/http.ts';
import { meQuery } from '../wire/queries.ts';
import classes from './terms-page.module.css';
import { termsQuery } from './terms-query.ts';
import { TermsHeading } from './terms-text.tsx';

/** the terms in force, for everyone, before and after login; with the proof for who has accepted them. */
export function TermsPage() {
  const { t } = useTranslation('terms');
  const language = useLanguage();
  const { data: terms, error, refetch } = useQuery(termsQuery);
  return (
    <div className={classes.page}>
      <PageTitle>{t('title')}</PageTitle>
      <header className={classes.header}>
        <Link to="/" className={classes.brand}>
          <Wordmark />
        </Link>
        <LanguageSwitch />
        <SchemeSwitch />
      </header>
      <main className={classes.main}>
        {terms === undefined ? (
          error ? (
            <Failure error={error} onRetry={refetch} />
          ) : (
            <Waiting minHeight="60vh" />
          )
        ) : (
          <Stack gap="lg">
            <Title order={1}>{t('title')}</Title>
            <TermsHeading terms={terms} />
            <MyAcceptance version={terms.version} />
            <Prose text={terms.texts[language]} />
            <Anchor component={Link} to="/">
              {t('action.home', { ns: 'common' })}
            </Anchor>
          </Stack>
        )}
      </main>
      <OperatorFooter />
    </div>
  );
}

function MyAcceptance({ version }: { version: number }) {
  const { t } = useTranslation('terms');
  const format = useFormats();
  const { data: me } = useQuery(meQuery);
  const { data: mine } = useQuery({
    queryKey: ['terms', 'acceptances'],
    queryFn: ({ signal }) => get('/api/terms/acceptances', z.array(TermsAcceptance), signal),
    enabled: me?.termsAccepted === true,
  });
  const proof = mine?.find((acceptance) => acceptance.version === version);
  if (proof === undefined) return null;
  return <Text fw={500}>{t('mine', { version, date: format.dateTime(proof.acceptedAt) })}</Text>;
}
