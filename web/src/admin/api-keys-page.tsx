import { ApiKey, type NewApiKey } from '@diwan/protocol/api-keys.ts';
import { ActionIcon, Anchor, Badge, Button, Group, Paper, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { IconKey, IconKeyOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { Confirm } from '../ui/confirm.tsx';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, useSentences } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import { get, tell } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';
import { ApiKeyDialog } from './api-key-dialog.tsx';
import classes from './sheet.module.css';
import { ShownOnce } from './shown-once.tsx';

const queryKey = ['admin', 'api-keys'];
const refresh = () => queryClient.invalidateQueries({ queryKey });

/** Keys with which other systems of the operator's make and see meetings. */
export function ApiKeysPage() {
  const { t } = useTranslation('admin');
  const sentence = useSentences();
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<NewApiKey>();
  const [revoking, setRevoking] = useState<ApiKey>();
  const keys = useQuery({ queryKey, queryFn: ({ signal }) => get('/api/admin/api-keys', z.array(ApiKey), signal) });
  const revoke = useMutation({
    mutationFn: ({ id }: ApiKey) => tell('DELETE', `/api/admin/api-keys/${encodeURIComponent(id)}`),
    onError: (error) => toastProblem(sentence(error)),
    onSettled: refresh,
  });
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text c="dimmed" maw="40rem">
          {t('keys.hint')}{' '}
          <Anchor href="/api/docs" underline="always">
            {t('keys.docs')}
          </Anchor>
        </Text>
        <Button leftSection={<IconKey size={19} stroke={1.7} />} onClick={() => setCreating(true)}>
          {t('keys.create')}
        </Button>
      </Group>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {keys.isPending ? (
          <Stack p="lg">
            <Skeleton h={40} />
          </Stack>
        ) : keys.isError ? (
          <Failure error={keys.error} onRetry={keys.refetch} />
        ) : keys.data.length === 0 ? (
          <Nothing icon={<IconKey size={40} stroke={1.4} />} title={t('keys.empty')} />
        ) : (
          <ul className={classes.list} aria-label={t('tabs.keys')}>
            {keys.data.map((key) => (
              <KeyLine key={key.id} apiKey={key} onRevoke={() => setRevoking(key)} />
            ))}
          </ul>
        )}
      </Paper>
      {creating && (
        <ApiKeyDialog
          onClose={() => setCreating(false)}
          onCreated={(answer) => {
            setCreating(false);
            setMade(answer);
            void refresh();
          }}
        />
      )}
      {made && (
        <ShownOnce
          title={t('keys.shownTitle', { name: made.key.name })}
          hint={t('keys.shownHint')}
          secret={made.token}
          onClose={() => setMade(undefined)}
        />
      )}
      {revoking && (
        <Confirm
          title={t('keys.revokeTitle', { name: revoking.name })}
          hint={t('keys.revokeHint')}
          action={t('keys.revoke')}
          danger
          onConfirm={async () => {
            await revoke.mutateAsync(revoking).catch(() => undefined);
            setRevoking(undefined);
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Stack>
  );
}

function KeyLine({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { t } = useTranslation('admin');
  const format = useFormats();
  const { name, scopes, createdAt, createdBy, expiresAt, lastUsedAt } = apiKey;
  const isOver = expiresAt !== null && expiresAt <= Date.now();
  return (
    <li className={classes.line}>
      <div className={classes.words}>
        <Text fw={500}>
          <bdi>{name}</bdi>
        </Text>
        <Text size="sm" c="dimmed">
          {t('keys.made', { name: `\u2068${createdBy}\u2069`, when: format.dateTime(createdAt) })}
        </Text>
        <Text size="sm" c="dimmed">
          {lastUsedAt === null ? t('keys.unused') : t('keys.used', { when: format.dateTime(lastUsedAt) })}
        </Text>
        <Group gap="xs" mt={6}>
          {scopes.map((scope) => (
            <Badge key={scope} variant="light" color="lagoon">
              {t(`keys.scopes.${scope.replace(':', '_') as 'meetings_read'}`)}
            </Badge>
          ))}
          {expiresAt !== null && (
            <Badge variant="light" color={isOver ? 'red' : 'gray'}>
              {t(isOver ? 'keys.over' : 'keys.until', { when: format.date(expiresAt) })}
            </Badge>
          )}
        </Group>
      </div>
      <Tooltip label={t('keys.revoke')}>
        <ActionIcon variant="subtle" color="red" size="lg" aria-label={t('keys.revokeOf', { name })} onClick={onRevoke}>
          <IconKeyOff size={20} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}
