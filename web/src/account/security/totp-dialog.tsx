import { FactorAdded, PasswordGiven, TotpConfirm, TotpStarted } from '@diwan/protocol/second-factor.ts';
import { Alert, Button, Center, Code, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.ts';
import { send } from '../../wire/http.ts';
import { QrCode } from '../qr-code.tsx';
import { inGroups } from './model.ts';
import { ProofInput, proofOf } from './proof-input.tsx';
import { securityAddress } from './security-query.ts';

type Added = (recoveryCodes: string[] | null) => void;

/** Sets up an authenticator app: the password, a code to scan, a code to type. */
export function TotpDialog({ onClose, onAdded }: { onClose: () => void; onAdded: Added }) {
  const { t } = useTranslation('security');
  const [started, setStarted] = useState<TotpStarted>();
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t('totp.setup')}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      {started ? <Confirm started={started} onAdded={onAdded} /> : <Begin onStarted={setStarted} />}
    </Modal>
  );
}

function Begin({ onStarted }: { onStarted: (started: TotpStarted) => void }) {
  const { t } = useTranslation('security');
  const [password, setPassword] = useState('');
  const begin = useMutation({
    mutationFn: () =>
      send('POST', `${securityAddress}/totp`, { request: PasswordGiven, body: { password }, answer: TotpStarted }),
    onSuccess: onStarted,
    // The answer holds the secret: nothing keeps it.
    gcTime: 0,
  });
  const sentence = useSentence(begin.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text>{t('totp.password')}</Text>
        {begin.isError && (
          <Alert color="red" role="alert">
            {sentence}
          </Alert>
        )}
        <PasswordInput
          label={t('prove.password')}
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={begin.isPending} disabled={password === ''}>
            {t('next')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Confirm({ started, onAdded }: { started: TotpStarted; onAdded: Added }) {
  const { t } = useTranslation('security');
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () =>
      send('POST', `${securityAddress}/totp/confirm`, { request: TotpConfirm, body: { code }, answer: FactorAdded }),
    onSuccess: ({ recoveryCodes }) => {
      // With codes to keep there is more to look at than a word that it is done.
      if (recoveryCodes === null) toast(t('totp.added'));
      onAdded(recoveryCodes);
    },
    onError: () => setCode(''),
    gcTime: 0,
  });
  const sentence = useSentence(confirm.error);
  const typed = { by: 'totp', code } as const;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text>{t('totp.scan')}</Text>
        <Center>
          <QrCode text={started.uri} label={t('totp.qr')} />
        </Center>
        <div>
          <Text size="sm" c="dimmed">
            {t('totp.byHand')}
          </Text>
          <Code block dir="ltr" aria-label={t('totp.key')} style={{ whiteSpace: 'normal', textAlign: 'center' }}>
            {inGroups(started.secret)}
          </Code>
        </div>
        {confirm.isError && (
          <Alert color="red" role="alert">
            {sentence}
          </Alert>
        )}
        <Text>{t('totp.confirm')}</Text>
        <ProofInput value={typed} onChange={(value) => setCode(value.code)} autoFocus />
        <Group justify="flex-end">
          <Button type="submit" loading={confirm.isPending} disabled={proofOf(typed) === undefined}>
            {t('totp.activate')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
