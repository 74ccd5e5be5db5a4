import { Invitation, InvitationAccept } from '@diwan/protocol/identity.ts';
import { PasswordReset, PasswordResetUse } from '@diwan/protocol/password-reset.ts';
import { Alert, Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useFormats } from '../ui/format.ts';
import { PageTitle } from '../ui/page-title.tsx';
import { useSentences, Waiting } from '../ui/states.tsx';
import { get, tell } from '../wire/http.ts';
import { passwordFault } from './model.ts';
import { NewPassword } from './new-password.tsx';
import { PublicFrame } from './public-frame.tsx';

const kinds = {
  invitation: { at: '/api/auth/invitations', answer: Invitation, request: InvitationAccept },
  reset: { at: '/api/auth/resets', answer: PasswordReset, request: PasswordResetUse },
};

/** A password chosen by a single-use link: the first one, or another for one that was forgotten. */
export function PasswordByLinkPage({ kind }: { kind: keyof typeof kinds }) {
  const { t } = useTranslation('account');
  const format = useFormats();
  const sentence = useSentences();
  const { at, answer, request } = kinds[kind];
  const path = `${at}/${encodeURIComponent(useParams().token ?? '')}`;
  const [value, setValue] = useState({ password: '', again: '' });
  const link = useQuery({ queryKey: [path], queryFn: ({ signal }) => get(path, answer, signal) });
  const accept = useMutation({
    mutationFn: () => tell('POST', path, { request, body: { password: value.password } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };

  const toLogin = (
    <Button component={Link} to="/login" size="md" variant={accept.isSuccess ? 'filled' : 'default'}>
      {t(`${kind}.toLogin`)}
    </Button>
  );
  if (link.isPending)
    return (
      <PublicFrame>
        <Waiting />
      </PublicFrame>
    );
  if (link.isError)
    return (
      <PublicFrame>
        <Stack gap="lg">
          <PageTitle>{t(`${kind}.invalid`)}</PageTitle>
          <Title order={1}>{t(`${kind}.invalid`)}</Title>
          <Text c="dimmed" role="alert">
            {sentence(link.error)}
          </Text>
          {kind === 'reset' && (
            <Button component={Link} to="/forgotten" size="md">
              {t('forgotten.again')}
            </Button>
          )}
          {toLogin}
        </Stack>
      </PublicFrame>
    );
  const { name, email, expiresAt } = link.data;
  return (
    <PublicFrame>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <div>
            <PageTitle>{t(`${kind}.title`, { name })}</PageTitle>
            <Title order={1}>{t(`${kind}.title`, { name })}</Title>
            <Text c="dimmed" mt={4}>
              {accept.isSuccess ? t(`${kind}.done`) : t(`${kind}.lead`, { email })}
            </Text>
          </div>
          {accept.isSuccess ? (
            toLogin
          ) : (
            <>
              {accept.isError && (
                <Alert color="red" role="alert">
                  {sentence(accept.error)}
                </Alert>
              )}
              {/* For password managers: whose password it is. */}
              <TextInput display="none" autoComplete="username" value={email} readOnly aria-hidden tabIndex={-1} />
              <NewPassword label={t(`${kind}.password`)} again={t(`${kind}.again`)} value={value} onChange={setValue} />
              <Button
                type="submit"
                size="md"
                loading={accept.isPending}
                disabled={passwordFault(value.password, value.again) !== undefined}
              >
                {t(`${kind}.submit`)}
              </Button>
              <Text size="sm" c="dimmed">
                {t(`${kind}.expires`, { date: format.dateTime(expiresAt) })}
              </Text>
            </>
          )}
        </Stack>
      </form>
    </PublicFrame>
  );
}
