import { LoginRequest } from '@diwan/protocol/identity.ts';
import { LoginAnswer, type SecondStep } from '@diwan/protocol/second-factor.ts';
import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation } from 'react-router';
import { PageTitle } from '../ui/page-title.tsx';
import { useSentence } from '../ui/states.tsx';
import { send } from '../wire/http.ts';
import { meQuery } from '../wire/queries.ts';
import { lastEndReason } from '../wire/session.ts';
import { enter } from './enter.ts';
import { pathAfterLogin } from './paths.ts';
import { PublicFrame } from './public-frame.tsx';
import { SecondStepForm } from './security/second-step.tsx';

export function LoginPage() {
  const { t } = useTranslation('account');
  const location = useLocation();
  const me = useQuery(meQuery);
  const [identifier, setIdentifier] = useState('');
  const [password, setPassword] = useState('');
  const login = useMutation({
    mutationFn: async () => {
      const body = { identifier, password };
      const outcome = await send('POST', '/api/auth/login', { request: LoginRequest, body, answer: LoginAnswer });
      if ('ticket' in outcome) setStep(outcome);
      else await enter();
    },
    onSettled: () => setPassword(''),
  });
  const [step, setStep] = useState<SecondStep>();
  const [expired, setExpired] = useState<unknown>();
  const failure = login.error ?? expired;
  const sentence = useSentence(failure);
  if (me.data) return <Navigate to={pathAfterLogin(location.search)} replace />;

  const reason = lastEndReason();
  const ended =
    reason === 'revoked' || reason === 'suspended' ? reason : reason === 'unauthenticated' ? 'expired' : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setExpired(undefined);
    login.mutate();
  };
  if (step) {
    const restart = (why?: unknown) => {
      setExpired(why);
      setStep(undefined);
    };
    return (
      <PublicFrame>
        <SecondStepForm step={step} onRestart={restart} />
      </PublicFrame>
    );
  }
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
          {failure ? (
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
          <Anchor component={Link} to="/forgotten" state={identifier} ta="center">
            {t('login.forgotten')}
          </Anchor>
        </Stack>
      </form>
    </PublicFrame>
  );
}
