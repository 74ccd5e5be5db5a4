import { ForgottenPassword } from '@diwan/protocol/password-reset.ts';
import { Alert, Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { PageTitle } from '../ui/page-title.tsx';
import { useSentence } from '../ui/states.tsx';
import { tell } from '../wire/http.ts';
import { PublicFrame } from './public-frame.tsx';

/** asks for a link to a new password. What is answered does not tell whether there is such an account. */
export function ForgottenPage() {
  const { t } = useTranslation('account');
  const typed: unknown = useLocation().state;
  const [email, setEmail] = useState(typeof typed === 'string' ? typed : '');
  const ask = useMutation({
    mutationFn: () => tell('POST', '/api/auth/forgotten', { request: ForgottenPassword, body: { email } }),
  });
  const sentence = useSentence(ask.error);
  const isAddress = ForgottenPassword.safeParse({ email }).success;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <PublicFrame>
      <PageTitle>{t('forgotten.title')}</PageTitle>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <div>
            <Title order={1}>{t(ask.isSuccess ? 'forgotten.sent' : 'forgotten.title')}</Title>
            <Text c="dimmed" mt={4} role={ask.isSuccess ? 'status' : undefined}>
              {ask.isSuccess ? t('forgotten.look', { email }) : t('forgotten.lead')}
            </Text>
          </div>
          {ask.isError && (
            <Alert color="red" role="alert">
              {sentence}
            </Alert>
          )}
          {!ask.isSuccess && (
            <>
              <TextInput
                label={t('login.identifier')}
                type="email"
                autoComplete="username"
                inputMode="email"
                dir="ltr"
                required
                withAsterisk={false}
                autoFocus
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <Button type="submit" size="md" loading={ask.isPending} disabled={!isAddress}>
                {t('forgotten.submit')}
              </Button>
            </>
          )}
          <Button component={Link} to="/login" size="md" variant="default">
            {t('forgotten.toLogin')}
          </Button>
        </Stack>
      </form>
    </PublicFrame>
  );
}
