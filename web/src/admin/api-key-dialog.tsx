import { ApiKeyCreate, ApiScope, NewApiKey } from '@diwan/protocol/api-keys.ts';
import { Alert, Button, Checkbox, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../ui/states.tsx';
import { send } from '../wire/http.ts';

const days = [0, 30, 90, 365] as const;
const dayMs = 24 * 3600 * 1000;

/** For whom a key is, what it may, and for how long. */
export function ApiKeyDialog({ onClose, onCreated }: { onClose: () => void; onCreated: (made: NewApiKey) => void }) {
  const { t } = useTranslation(['admin', 'common']);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['meetings:read']);
  const [lasts, setLasts] = useState('365');
  const save = useMutation({
    mutationFn: () => {
      const expiresAt = lasts === '0' ? null : Date.now() + Number(lasts) * dayMs;
      const body = ApiKeyCreate.parse({ name, scopes, expiresAt });
      return send('POST', '/api/admin/api-keys', { request: ApiKeyCreate, body, answer: NewApiKey });
    },
    onSuccess: onCreated,
  });
  const problem = useSentence(save.error);
  const isReady = ApiKeyCreate.safeParse({ name, scopes }).success;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('keys.createTitle')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {save.isError && (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <TextInput
            label={t('keys.name')}
            description={t('keys.nameHint')}
            required
            data-autofocus
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group label={t('keys.scopesLabel')} value={scopes} onChange={setScopes}>
            <Stack gap="xs" mt="xs">
              {ApiScope.options.map((scope) => (
                <Checkbox
                  key={scope}
                  value={scope}
                  label={t(`keys.scopes.${scope.replace(':', '_') as 'meetings_read'}`)}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <NativeSelect
            label={t('keys.lasts')}
            value={lasts}
            onChange={(event) => setLasts(event.currentTarget.value)}
            data={days.map((count) => ({
              value: String(count),
              label: count === 0 ? t('keys.forever') : t('keys.days', { count }),
            }))}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!isReady}>
              {t('keys.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
