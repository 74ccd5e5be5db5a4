import { Invitation, InvitationAccept } from '@diwan/protocol/identity.ts';
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

export function InvitationPage() {
  const { t } = useTranslation('account');
  const format = useFormats();
  const sentence = useSentences();
  const path = `/api/auth/invitations/${encodeURIComponent(useParams().token ?? '')}`;
  const [value, setValue] = useState({ password: '', again: '' });
  const invitation = useQuery({ queryKey: [path], queryFn: ({ signal }) => get(path, Invitation, signal) });
  const accept = useMutation({
    mutationFn: () => tell('POST', path, { request: InvitationAccept, body: { password: value.password } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };

  const toLogin = (
    <Button component={Link} to="/login" size="md" variant={accept.isSuccess ? 'filled' : 'default'}>
      {t('invitation.toLogin')}
    </Button>
  );
  if (invitation.isPending)
    return (
      <PublicFrame>
        <Waiting />
      </PublicFrame>
    );
  if (invitation.isError)
    return (
      <PublicFrame>
        <Stack gap="lg">
          <PageTitle>{t('invitation.invalid')}</PageTitle>
          <Title order={1}>{t('invitation.invalid')}</Title>
          <Text c="dimmed" role="alert">
            {sentence(invitation.error)}
          </Text>
          {toLogin}
        </Stack>
      </PublicFrame>
    );
  const { name, email, expiresAt } = invitation.data;
  return (
    <PublicFrame>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <div>
            <PageTitle>{t('invitation.title', { name })}</PageTitle>
            <Title order={1}>{t('invitation.title', { name })}</Title>
            <Text c="dimmed" mt={4}>
              {accept.isSuccess ? t('invitation.done') : t('invitation.lead', { email })}
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
              <NewPassword
                label={t('invitation.password')}
                again={t('invitation.again')}
                value={value}
                onChange={setValue}
              />
              <Button
                type="submit"
                size="md"
                loading={accept.isPending}
                disabled={passwordFault(value.password, value.again) !== undefined}
              >
                {t('invitation.submit')}
              </Button>
              <Text size="sm" c="dimmed">
                {t('invitation.expires', { date: format.dateTime(expiresAt) })}
              </Text>
            </>
          )}
        </Stack>
      </form>
    </PublicFrame>
  );
}
