import type { FullyProved } from '@diwan/protocol/second-factor.ts';
import { Alert, Button, Group, Modal, PasswordInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { useSentence } from '../../ui/states.tsx';
import { ProofInput, proofOf, type Typed } from './proof-input.tsx';

/** What weakens an account asks for its password and a second factor again. */
export function ProveDialog(props: {
  title: string;
  hint: string;
  action: string;
  danger?: boolean;
  onClose: () => void;
  onProved: (given: z.infer<typeof FullyProved>) => Promise<void>;
}) {
  const { t } = useTranslation('security');
  const [password, setPassword] = useState('');
  const [typed, setTyped] = useState<Typed>({ by: 'totp', code: '' });
  const go = useMutation({
    mutationFn: props.onProved,
    // A code opens once, whatever came of it.
    onError: () => setTyped((before) => ({ ...before, code: '' })),
  });
  const sentence = useSentence(go.error);
  const proof = proofOf(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (proof) go.mutate({ password, proof });
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Text>{props.hint}</Text>
          {go.isError && (
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
          <SegmentedControl
            aria-label={t('prove.with')}
            fullWidth
            value={typed.by}
            onChange={(by) => setTyped({ by: by as Typed['by'], code: '' })}
            data={[
              { value: 'totp', label: t('prove.withTotp') },
              { value: 'recovery', label: t('prove.withRecovery') },
            ]}
          />
          <ProofInput value={typed} onChange={setTyped} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('action.cancel', { ns: 'common' })}
            </Button>
            <Button
              type="submit"
              {...(props.danger ? { color: 'red' } : {})}
              loading={go.isPending}
              disabled={password === '' || proof === undefined}
            >
              {props.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
