import { LoginRequest, MePatch } from '@diwan/protocol/identity.ts';
import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { takeChosenLanguage } from '../locales/i18n.ts';
import { PageTitle } from '../ui/page-title.tsx';
import { useSentence } from '../ui/states.tsx';
import { tell } from '../wire/http.ts';
import { meQuery, queryClient } from '../wire/queries.ts';
import { lastEndReason } from '../wire/session.ts';
import { pathAfterLogin } from './paths.ts';
import { PublicFrame } from './public-frame.tsx';

export function LoginPage() {
  const { t } = useTranslation('account');
  const location = useLocation();
  const me = useQuery(meQuery);
  const [identifier, setIdentifier] = useState('');
  const [password, setPassword] = useState('');
  const login = useMutation({
    mutationFn: async () => {
      await tell('POST', '/api/auth/login', { request: LoginRequest, body: { identifier, password } });
      const language = takeChosenLanguage();
      if (language) await tell('PATCH', '/api/me', { request: MePatch, body: { language } });
      await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
    },
    onError: () => setPassword(''),
  });
  const sentence = useSentence(login.error);
  if (me.data) return <Navigate to={pathAfterLogin(location.search)} replace />;

  const reason = lastEndReason();
  const ended =
    reason === 'revoked' || reason === 'suspended' ? reason : reason === 'unauthenticated' ? 'expired' : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <PublicFrame>
      <PageTitle>{t('login.title')}</PageTitle>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <div>
            <Title order={1}>{t('login.title')}</Title>
            <Text c="dimmed" mt={4}>
              {t('login.lead')}
            </Text>
          </div>
          {login.isError ? (
            <Alert color="red" role="alert">
              {sentence}
            </Alert>
          ) : (
            ended && (
              <Alert color="saffron" role="status">
                {t(`ended.${ended}`)}
              </Alert>
            )
          )}
          <TextInput
            label={t('login.identifier')}
            type="email"
            name="identifier"
            autoComplete="username"
            inputMode="email"
            dir="ltr"
            required
            withAsterisk={false}
            autoFocus
            value={identifier}
            onChange={(event) => setIdentifier(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('login.password')}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button
            type="submit"
            size="md"
            loading={login.isPending}
            disabled={identifier.trim() === '' || password === ''}
          >
            {t('login.submit')}
          </Button>
        </Stack>
      </form>
    </PublicFrame>
  );
}
