import { Session } from '@diwan/protocol/identity.ts';
import { describeUserAgent } from '@diwan/protocol/user-agent.ts';
import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconBrowser, IconDevices } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useFormats } from '../ui/format.ts';
import { Failure, useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { serverNow } from '../wire/clock.ts';
import { get, tell } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';
import classes from './session-list.module.css';

/** where this account is signed in, each to be closed on its own. */
export function SessionList() {
  const { t } = useTranslation('account');
  const sentence = useSentences();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => get('/api/me/sessions', z.array(Session), signal),
  });
  const revoke = useMutation({
    mutationFn: (id: string) => tell('DELETE', `/api/me/sessions/${encodeURIComponent(id)}`),
    onSuccess: () => toast(t('sessions.revoked')),
    onError: (error) => toastProblem(sentence(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const revokeOthers = useMutation({
    mutationFn: () => tell('DELETE', '/api/me/sessions'),
    onSuccess: () => toast(t('sessions.othersRevoked')),
    onError: (error) => toastProblem(sentence(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['sessions'] }),
  });
  if (sessions.isPending) return <Skeleton h={96} radius="md" />;
  if (sessions.isError) return <Failure error={sessions.error} onRetry={sessions.refetch} />;
  const ordered = sessions.data.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt - a.lastUsedAt,
  );
  return (
    <Stack gap="md" align="flex-start">
      <ul className={classes.list}>
        {ordered.map((session) => (
          <SessionLine
            key={session.id}
            session={session}
            busy={revoke.isPending && revoke.variables === session.id}
            onRevoke={() => revoke.mutate(session.id)}
          />
        ))}
      </ul>
      {ordered.length > 1 && (
        <Button variant="default" loading={revokeOthers.isPending} onClick={() => revokeOthers.mutate()}>
          {t('sessions.revokeOthers')}
        </Button>
      )}
    </Stack>
  );
}

function SessionLine({ session, busy, onRevoke }: { session: Session; busy: boolean; onRevoke: () => void }) {
  const { t } = useTranslation('account');
  const format = useFormats();
  const seen = describeUserAgent(session.userAgent);
  const label = (session.audience === 'web' ? seen : session.label || seen) || t('sessions.unknown');
  const Icon = session.audience === 'agent' ? IconDevices : IconBrowser;
  return (
    <li className={classes.line}>
      <Icon size={24} stroke={1.5} aria-hidden className={classes.icon} />
      <Stack gap={2} flex={1} miw={0}>
        <Group gap="xs">
          <Text fw={500} component="bdi">
            {label}
          </Text>
          {session.current ? (
            <Badge variant="light">{t('sessions.current')}</Badge>
          ) : (
            <Badge variant="light" color="gray">
              {t(`sessions.${session.audience}`)}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {t('sessions.used', { when: format.relative(session.lastUsedAt, serverNow()) })} ·{' '}
          {t('sessions.opened', { date: format.date(session.createdAt) })} · <bdi>{session.ip}</bdi>
        </Text>
      </Stack>
      {!session.current && (
        <Button
          variant="default"
          size="compact-md"
          loading={busy}
          onClick={onRevoke}
          aria-label={t('sessions.revokeOne', { label })}
        >
          {t('sessions.revoke')}
        </Button>
      )}
    </li>
  );
}
