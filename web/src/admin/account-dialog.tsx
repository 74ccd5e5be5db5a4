import { AccountCreate, AccountCreated } from '@diwan/protocol/admin.ts';
import { type Language, languages } from '@diwan/protocol/errors.ts';
import type { Role } from '@diwan/protocol/identity.ts';
import { Alert, Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageNames } from '../locales/i18n.ts';
import { useSentence } from '../ui/states.tsx';
import { send } from '../wire/http.ts';

export function AccountDialog(props: { onCreated: (answer: AccountCreated) => void; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common']);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('client');
  const [language, setLanguage] = useState<Language>('fr');
  const create = useMutation({
    mutationFn: () =>
      send('POST', '/api/admin/accounts', {
        request: AccountCreate,
        body: { name, email, role, language },
        answer: AccountCreated,
      }),
    onSuccess: props.onCreated,
  });
  const sentence = useSentence(create.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('accounts.createTitle')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {create.isError && (
            <Alert color="red" role="alert">
              {sentence}
            </Alert>
          )}
          <TextInput
            label={t('accounts.name')}
            data-autofocus
            autoComplete="off"
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('accounts.email')}
            type="email"
            dir="ltr"
            autoComplete="off"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Select
            label={t('accounts.role')}
            allowDeselect={false}
            data={(['client', 'admin'] as const).map((value) => ({ value, label: t(`accounts.roles.${value}`) }))}
            value={role}
            onChange={(value) => value && setRole(value)}
          />
          <Select
            label={t('accounts.language')}
            allowDeselect={false}
            data={languages.map((value) => ({ value, label: languageNames[value] }))}
            value={language}
            onChange={(value) => value && setLanguage(value)}
          />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={props.onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || !email.includes('@')}>
              {t('accounts.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
