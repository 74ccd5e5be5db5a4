import { Disclosed as Request } from '@diwan/protocol/password-reset.ts';
import { Alert, Button, List, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';
import { tell } from '../wire/http.ts';
import { useMe } from '../wire/queries.ts';
import { sendSessionSignal } from '../wire/signals.ts';
import { passwordFault } from './model.ts';
import { NewPassword } from './new-password.tsx';

/** one step for who fears that others know how to sign in. */
export function Disclosed() {
  const { t } = useTranslation('account');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button color="red" variant="light" onClick={() => setOpen(true)}>
        {t('disclosed.open')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t('disclosed.title')}
        closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
        size="md"
        centered
      >
        <Form />
      </Modal>
    </>
  );
}

function Form() {
  const { t } = useTranslation('account');
  const { account } = useMe();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState({ password: '', again: '' });
  const end = useMutation({
    mutationFn: () => tell('POST', '/api/me/disclosed', { request: Request, body: { current, next: next.password } }),
    onSuccess: () => {
      sendSessionSignal('signed-out');
      toast(t('disclosed.done'));
    },
  });
  const sentence = useSentence(end.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    end.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {end.isError && (
          <Alert color="red" role="alert">
            {sentence}
          </Alert>
        )}
        <div>
          <Text>{t('disclosed.ends')}</Text>
          <List mt="xs">
            {(['sessions', 'agents', 'appPasswords', 'links'] as const).map((what) => (
              <List.Item key={what}>{t(`disclosed.${what}`)}</List.Item>
            ))}
          </List>
        </div>
        <TextInput display="none" autoComplete="username" value={account.email} readOnly aria-hidden tabIndex={-1} />
        <PasswordInput
          label={t('password.current')}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassword label={t('password.next')} again={t('password.again')} value={next} onChange={setNext} />
        <Button
          type="submit"
          color="red"
          loading={end.isPending}
          disabled={current === '' || passwordFault(next.password, next.again) !== undefined}
        >
          {t('disclosed.submit')}
        </Button>
      </Stack>
    </form>
  );
}
