import { DeviceApprove, DeviceRequest } from '@diwan/protocol/identity.ts';
import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useFormats } from '../ui/format.ts';
import { PageTitle } from '../ui/page-title.tsx';
import { Section } from '../ui/section.tsx';
import { useSentence } from '../ui/states.tsx';
import { get, tell } from '../wire/http.ts';
import { tidyUserCode } from './model.ts';

/** RFC 8628, the person's side: see which machine asks, then allow it or not. */
export function DevicePage() {
  const { t } = useTranslation('account');
  const format = useFormats();
  const [search] = useSearchParams();
  const [code, setCode] = useState(() => tidyUserCode(search.get('code') ?? ''));
  const check = useMutation({
    mutationFn: () => get(`/api/auth/device/${encodeURIComponent(code)}`, DeviceRequest),
  });
  const approve = useMutation({
    mutationFn: () => tell('POST', '/api/auth/device/approve', { request: DeviceApprove, body: { userCode: code } }),
  });
  const startAgain = () => {
    check.reset();
    approve.reset();
    setCode('');
  };
  const failure = approve.error ?? check.error;
  const sentence = useSentence(failure);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    check.mutate();
  };
  const asked = check.data;

  return (
    <Stack gap="lg" maw="34rem" w="100%" mx="auto">
      <PageTitle>{t('device.title')}</PageTitle>
      <Title order={1}>{t('device.title')}</Title>
      {failure && (
        <Alert color="red" role="alert">
          {sentence}
        </Alert>
      )}
      {approve.isSuccess && asked ? (
        <Section title={t('device.done')}>
          <Group wrap="nowrap" align="flex-start" role="status">
            <IconCircleCheck size={28} stroke={1.6} aria-hidden color="var(--mantine-primary-color-filled)" />
            <Text>{t('device.doneHint', { machine: asked.machine })}</Text>
          </Group>
          <Button variant="default" mt="lg" onClick={startAgain}>
            {t('device.another')}
          </Button>
        </Section>
      ) : asked ? (
        <Section title={t('device.confirm', { machine: asked.machine })} lead={t('device.confirmHint')}>
          <Text ff="monospace" fz="1.75rem" lts="0.08em" dir="ltr" ta="start">
            {asked.userCode}
          </Text>
          <Text size="sm" c="dimmed">
            {t('device.expires', { time: format.time(asked.expiresAt) })}
          </Text>
          <Group mt="lg">
            <Button loading={approve.isPending} onClick={() => approve.mutate()}>
              {t('device.approve')}
            </Button>
            <Button variant="default" onClick={startAgain}>
              {t('device.refuse')}
            </Button>
          </Group>
        </Section>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="md" align="stretch">
            <Text c="dimmed">{t('device.lead')}</Text>
            <TextInput
              label={t('device.code')}
              description={t('device.codeHint')}
              autoComplete="one-time-code"
              autoCapitalize="characters"
              spellCheck={false}
              dir="ltr"
              styles={{ input: { fontFamily: 'monospace', fontSize: '1.25rem', letterSpacing: '0.08em' } }}
              value={code}
              onChange={(event) => setCode(tidyUserCode(event.currentTarget.value))}
            />
            <Button
              type="submit"
              loading={check.isPending}
              disabled={code.length < 9}
              style={{ alignSelf: 'flex-start' }}
            >
              {t('device.check')}
            </Button>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
