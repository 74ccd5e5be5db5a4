import { Me } from '@diwan/protocol/identity.ts';
import { type Proof, SecondFactorLogin, type SecondStep } from '@diwan/protocol/second-factor.ts';
import { Alert, Button, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../ui/page-title.tsx';
import { useSentence } from '../../ui/states.tsx';
import { send } from '../../wire/http.ts';
import { codeOf } from '../../wire/problem.ts';
import { enter } from '../enter.ts';
import { ProofInput, proofOf, type Typed } from './proof-input.tsx';

/** the password was right; what the account asks for beside it. */
export function SecondStepForm({ step, onRestart }: { step: SecondStep; onRestart: (why?: unknown) => void }) {
  const { t } = useTranslation('security');
  const [typed, setTyped] = useState<Typed>({ by: step.ways.includes('totp') ? 'totp' : 'recovery', code: '' });
  const finish = useMutation({
    mutationFn: async (proof: Proof) => {
      const body = { ticket: step.ticket, proof };
      await send('POST', '/api/auth/second-factor', { request: SecondFactorLogin, body, answer: Me });
      await enter();
    },
    onError: (error) => {
      if (codeOf(error) === 'login_expired') onRestart(error);
      setTyped({ ...typed, code: '' });
    },
  });
  const sentence = useSentence(finish.error);
  const proof = proofOf(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (proof) finish.mutate(proof);
  };
  const other = step.ways.find((way) => way !== typed.by);
  return (
    <form onSubmit={submit} noValidate>
      <PageTitle>{t('step.title')}</PageTitle>
      <Stack gap="lg">
        <div>
          <Title order={1}>{t('step.title')}</Title>
          <Text c="dimmed" mt={4}>
            {t(typed.by === 'totp' ? 'step.totpLead' : 'step.recoveryLead')}
          </Text>
        </div>
        {finish.isError && (
          <Alert color="red" role="alert">
            {sentence}
          </Alert>
        )}
        <ProofInput value={typed} onChange={setTyped} autoFocus />
        <Button type="submit" size="md" loading={finish.isPending} disabled={proof === undefined}>
          {t('step.submit')}
        </Button>
        <Stack gap="xs">
          {other && (
            <Button
              variant="default"
              onClick={() => {
                finish.reset();
                setTyped({ by: other, code: '' });
              }}
            >
              {t(other === 'totp' ? 'step.useTotp' : 'step.useRecovery')}
            </Button>
          )}
          <Button variant="subtle" onClick={() => onRestart()}>
            {t('step.restart')}
          </Button>
        </Stack>
      </Stack>
    </form>
  );
}
