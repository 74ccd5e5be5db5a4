import { Alert, Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { useSentences } from '../ui/states.tsx';
import { codeOf, ProblemError } from '../wire/problem.ts';
import { queryClient } from '../wire/queries.ts';
import classes from './link-page.module.css';
import { pageQuery, unlock } from './visit.ts';

/** Asks for the password of a link. */
export function UnlockForm({ token }: { token: string }) {
  const { t } = useTranslation('links');
  const format = useFormats();
  const sentence = useSentences();
  const field = useRef<HTMLInputElement>(null);
  const [password, setPassword] = useState('');
  const open = useMutation({
    mutationFn: () => unlock(token, password),
    onError: (error) => {
      // It ended meanwhile: the page says so.
      if (codeOf(error) === 'link_gone') void queryClient.invalidateQueries(pageQuery(token));
      field.current?.select();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open.mutate();
  };
  return (
    <Paper component="form" withBorder radius="lg" className={classes.unlock ?? ''} onSubmit={submit} noValidate>
      <Stack gap="md">
        <IconLock size={36} stroke={1.4} aria-hidden color="var(--diwan-folder)" />
        <div>
          <Title order={1} size="h2">
            {t('password.title')}
          </Title>
          <Text c="dimmed" mt={4}>
            {t('password.lead')}
          </Text>
        </div>
        {open.isError && (
          <Alert color="red" role="alert">
            {faultOf(open.error)}
          </Alert>
        )}
        <PasswordInput
          ref={field}
          label={t('password.field')}
          autoComplete="off"
          autoFocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={open.isPending} disabled={password === ''}>
          {t('password.open')}
        </Button>
      </Stack>
    </Paper>
  );

  function faultOf(error: unknown): string {
    const code = codeOf(error);
    if (code === 'link_password') return t('password.wrong');
    const wait = error instanceof ProblemError ? error.problem.retryAfter : undefined;
    if (code === 'too_many_attempts' && wait !== undefined)
      // Rounded up: at the minute that is named it works again.
      return t('password.throttled', { time: format.time(open.submittedAt + wait * 1000 + 60_000) });
    return sentence(error);
  }
}
