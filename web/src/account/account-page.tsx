import { type Language, languages } from '@diwan/protocol/errors.ts';
import { MePatch, PasswordChange } from '@diwan/protocol/identity.ts';
import { Alert, Button, Checkbox, PasswordInput, Select, Stack, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageNames } from '../locales/i18n.ts';
import { PageTitle } from '../ui/page-title.tsx';
import { Section } from '../ui/section.tsx';
import { useSentence } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';
import { tell } from '../wire/http.ts';
import { meQuery, queryClient, useMe } from '../wire/queries.ts';
import { AppPasswords } from './app-passwords.tsx';
import { Disclosed } from './disclosed.tsx';
import { passwordFault } from './model.ts';
import { NewPassword } from './new-password.tsx';
import { SecuritySection } from './security/security-section.tsx';
import { SessionList } from './session-list.tsx';

export function AccountPage() {
  const { t } = useTranslation('account');
  return (
    <Stack gap="lg" maw="46rem" w="100%" mx="auto">
      <PageTitle>{t('profile.title')}</PageTitle>
      <Title order={1}>{t('profile.title')}</Title>
      <Section title={t('profile.identity')}>
        <ProfileForm />
      </Section>
      <Section title={t('password.title')}>
        <PasswordForm />
      </Section>
      <SecuritySection />
      <Section title={t('sessions.title')} lead={t('sessions.lead')}>
        <SessionList />
      </Section>
      <Section title={t('appPasswords.title')} lead={t('appPasswords.lead')}>
        <AppPasswords />
      </Section>
      <Section title={t('disclosed.title')} lead={t('disclosed.lead')}>
        <Disclosed />
      </Section>
    </Stack>
  );
}

function ProfileForm() {
  const { t } = useTranslation('account');
  const { account } = useMe();
  const [name, setName] = useState(account.name);
  const [language, setLanguage] = useState<Language>();
  const chosen = language ?? account.language;
  const save = useMutation({
    mutationFn: async () => {
      await tell('PATCH', '/api/me', { request: MePatch, body: { name, language: chosen } });
      await queryClient.invalidateQueries(meQuery);
    },
    onSuccess: () => toast(t('profile.saved')),
  });
  const sentence = useSentence(save.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
      noValidate
    >
      <Stack gap="md" align="flex-start">
        {save.isError && (
          <Alert color="red" role="alert" w="100%">
            {sentence}
          </Alert>
        )}
        <TextInput label={t('profile.email')} value={account.email} readOnly variant="filled" w="100%" dir="ltr" />
        <TextInput
          label={t('profile.name')}
          description={t('profile.nameHint')}
          autoComplete="name"
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          w="100%"
        />
        <Select
          label={t('profile.language')}
          data={languages.map((value) => ({ value, label: languageNames[value] }))}
          allowDeselect={false}
          value={chosen}
          onChange={(value) => setLanguage(value ?? undefined)}
          w="100%"
        />
        <Button
          type="submit"
          loading={save.isPending}
          disabled={name.trim() === '' || (name.trim() === account.name && chosen === account.language)}
        >
          {t('action.save', { ns: 'common' })}
        </Button>
      </Stack>
    </form>
  );
}

function PasswordForm() {
  const { t } = useTranslation('account');
  const { account } = useMe();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState({ password: '', again: '' });
  const [closeOthers, setCloseOthers] = useState(true);
  const change = useMutation({
    mutationFn: async () => {
      const body = { current, next: next.password, closeOthers };
      await tell('POST', '/api/me/password', { request: PasswordChange, body });
      await queryClient.invalidateQueries({ queryKey: ['sessions'] });
    },
    onSuccess: () => {
      setCurrent('');
      setNext({ password: '', again: '' });
      toast(t('password.changed'));
    },
  });
  const sentence = useSentence(change.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" align="stretch">
        {change.isError && (
          <Alert color="red" role="alert">
            {sentence}
          </Alert>
        )}
        <TextInput display="none" autoComplete="username" value={account.email} readOnly aria-hidden tabIndex={-1} />
        <PasswordInput
          label={t('password.current')}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassword label={t('password.next')} again={t('password.again')} value={next} onChange={setNext} />
        <Checkbox
          label={t('password.closeOthers')}
          checked={closeOthers}
          onChange={(event) => setCloseOthers(event.currentTarget.checked)}
        />
        <Button
          type="submit"
          loading={change.isPending}
          disabled={current === '' || passwordFault(next.password, next.again) !== undefined}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('password.submit')}
        </Button>
      </Stack>
    </form>
  );
}
