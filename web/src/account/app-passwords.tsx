import { AppPassword, AppPasswordCreate, NewAppPassword } from '@diwan/protocol/app-passwords.ts';
import { Alert, Button, CopyButton, Group, Modal, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useFormats } from '../ui/format.ts';
import { Failure, useSentence, useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { serverNow } from '../wire/clock.ts';
import { get, send, tell } from '../wire/http.ts';
import { queryClient, useMe } from '../wire/queries.ts';
import classes from './session-list.module.css';

const address = '/api/me/app-passwords';
const queryKey = ['app-passwords'];

/** passwords for programs that open the files by WebDAV; each is shown once, and revoked on its own. */
export function AppPasswords() {
  const { t } = useTranslation('account');
  const sentence = useSentences();
  const passwords = useQuery({ queryKey, queryFn: ({ signal }) => get(address, z.array(AppPassword), signal) });
  const revoke = useMutation({
    mutationFn: (id: string) => tell('DELETE', `${address}/${encodeURIComponent(id)}`),
    onSuccess: () => toast(t('appPasswords.revoked')),
    onError: (error) => toastProblem(sentence(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return (
    <Stack gap="md">
      <CreateForm />
      {passwords.isPending && <Skeleton h={64} radius="md" />}
      {passwords.isError && <Failure error={passwords.error} onRetry={passwords.refetch} />}
      {passwords.data?.length === 0 && <Text c="dimmed">{t('appPasswords.none')}</Text>}
      {passwords.data && passwords.data.length > 0 && (
        <ul className={classes.list}>
          {passwords.data.map((password) => (
            <PasswordLine
              key={password.id}
              password={password}
              busy={revoke.isPending && revoke.variables === password.id}
              onRevoke={() => revoke.mutate(password.id)}
            />
          ))}
        </ul>
      )}
    </Stack>
  );
}

function CreateForm() {
  const { t } = useTranslation('account');
  const [label, setLabel] = useState('');
  const create = useMutation({
    mutationFn: () => send('POST', address, { request: AppPasswordCreate, body: { label }, answer: NewAppPassword }),
    onSuccess: () => setLabel(''),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
    // Shown once: nothing keeps it when the window is closed.
    gcTime: 0,
  });
  const sentence = useSentence(create.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" align="flex-start">
        {create.isError && (
          <Alert color="red" role="alert" w="100%">
            {sentence}
          </Alert>
        )}
        <TextInput
          label={t('appPasswords.label')}
          description={t('appPasswords.labelHint')}
          autoComplete="off"
          maxLength={120}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          w="100%"
        />
        <Button type="submit" loading={create.isPending} disabled={label.trim() === ''}>
          {t('appPasswords.create')}
        </Button>
      </Stack>
      {create.data && <Created password={create.data} onClose={() => create.reset()} />}
    </form>
  );
}

function Created({ password, onClose }: { password: NewAppPassword; onClose: () => void }) {
  const { t } = useTranslation('account');
  const { account } = useMe();
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t('appPasswords.created', { label: password.label })}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <Stack gap="md">
        <Alert color="yellow">{t('appPasswords.once')}</Alert>
        <TextInput label={t('appPasswords.password')} value={password.password} readOnly dir="ltr" data-autofocus />
        <TextInput label={t('appPasswords.identifier')} value={account.email} readOnly variant="filled" dir="ltr" />
        <TextInput
          label={t('appPasswords.address')}
          value={`${window.location.origin}/dav/`}
          readOnly
          variant="filled"
          dir="ltr"
        />
        <Group justify="flex-end">
          <CopyButton value={password.password} timeout={3000}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
                onClick={copy}
              >
                {t(copied ? 'appPasswords.copied' : 'appPasswords.copy')}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{t('action.close', { ns: 'common' })}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function PasswordLine(props: { password: AppPassword; busy: boolean; onRevoke: () => void }) {
  const { label, createdAt, lastUsedAt } = props.password;
  const { t } = useTranslation('account');
  const format = useFormats();
  const used =
    lastUsedAt === null
      ? t('appPasswords.neverUsed')
      : t('appPasswords.used', { when: format.relative(lastUsedAt, serverNow()) });
  return (
    <li className={classes.line}>
      <IconKey size={24} stroke={1.5} aria-hidden className={classes.icon} />
      <Stack gap={2} flex={1} miw={0}>
        <Text fw={500} component="bdi">
          {label}
        </Text>
        <Text size="sm" c="dimmed">
          {t('appPasswords.createdOn', { date: format.date(createdAt) })} · {used}
        </Text>
      </Stack>
      <Button
        variant="default"
        size="compact-md"
        loading={props.busy}
        onClick={props.onRevoke}
        aria-label={t('appPasswords.revokeOne', { label })}
      >
        {t('appPasswords.revoke')}
      </Button>
    </li>
  );
}
