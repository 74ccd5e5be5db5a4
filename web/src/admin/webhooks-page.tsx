import { type NewWebhook, Webhook, WebhookPatch } from '@diwan/protocol/webhooks.ts';
import { ActionIcon, Badge, Button, Group, Menu, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconDots, IconPlayerPause, IconPlayerPlay, IconSend, IconTrash, IconWebhook } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { Confirm } from '../ui/confirm.tsx';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { get, send, tell } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';
import classes from './sheet.module.css';
import { ShownOnce } from './shown-once.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

const queryKey = ['admin', 'webhooks'];
const refresh = () => queryClient.invalidateQueries({ queryKey });
const pathOf = ({ id }: Webhook) => `/api/admin/webhooks/${encodeURIComponent(id)}`;

/** Other systems of the operator's that are told of meetings. */
export function WebhooksPage() {
  const { t } = useTranslation('admin');
  const sentence = useSentences();
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<NewWebhook>();
  const [removing, setRemoving] = useState<Webhook>();
  const webhooks = useQuery({
    queryKey,
    queryFn: ({ signal }) => get('/api/admin/webhooks', z.array(Webhook), signal),
    refetchInterval: 10_000,
  });
  const work = useMutation({
    mutationFn: (doing: () => Promise<unknown>) => doing(),
    onError: (error) => toastProblem(sentence(error)),
    onSettled: refresh,
  });
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text c="dimmed" maw="40rem">
          {t('webhooks.hint')}
        </Text>
        <Button leftSection={<IconWebhook size={19} stroke={1.7} />} onClick={() => setCreating(true)}>
          {t('webhooks.create')}
        </Button>
      </Group>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {webhooks.isPending ? (
          <Stack p="lg">
            <Skeleton h={40} />
          </Stack>
        ) : webhooks.isError ? (
          <Failure error={webhooks.error} onRetry={webhooks.refetch} />
        ) : webhooks.data.length === 0 ? (
          <Nothing icon={<IconWebhook size={40} stroke={1.4} />} title={t('webhooks.empty')} />
        ) : (
          <ul className={classes.list} aria-label={t('tabs.webhooks')}>
            {webhooks.data.map((webhook) => (
              <WebhookLine
                key={webhook.id}
                webhook={webhook}
                onPing={() =>
                  work.mutate(() => tell('POST', `${pathOf(webhook)}/ping`).then(() => toast(t('webhooks.pinged'))))
                }
                onSwitch={() =>
                  work.mutate(() =>
                    send('PATCH', pathOf(webhook), {
                      ...{ request: WebhookPatch, answer: Webhook },
                      body: { active: !webhook.active },
                    }),
                  )
                }
                onRemove={() => setRemoving(webhook)}
              />
            ))}
          </ul>
        )}
      </Paper>
      {creating && (
        <WebhookDialog
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
          title={t('webhooks.secretTitle')}
          hint={t('webhooks.secretHint')}
          secret={made.secret}
          onClose={() => setMade(undefined)}
        />
      )}
      {removing && (
        <Confirm
          title={t('webhooks.removeTitle')}
          hint={removing.url}
          action={t('webhooks.remove')}
          danger
          onConfirm={async () => {
            await work.mutateAsync(() => tell('DELETE', pathOf(removing))).catch(() => undefined);
            setRemoving(undefined);
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Stack>
  );
}

function WebhookLine(props: { webhook: Webhook; onPing: () => void; onSwitch: () => void; onRemove: () => void }) {
  const { t } = useTranslation('admin');
  const format = useFormats();
  const { webhook, onPing, onSwitch, onRemove } = props;
  const { url, events, active, waiting, failed, last } = webhook;
  return (
    <li className={classes.line}>
      <div className={classes.words}>
        <Text fw={500}>
          <bdi dir="ltr">{url}</bdi>
        </Text>
        <Text size="sm" c="dimmed">
          {events.map((event) => t(`webhooks.events.${event.replace('.', '_') as 'meeting_started'}`)).join(', ')}
        </Text>
        <Group gap="xs" mt={6}>
          {!active && (
            <Badge variant="light" color="gray">
              {t('webhooks.off')}
            </Badge>
          )}
          {last && (
            <Badge variant="light" color={last.ok ? 'lagoon' : 'red'}>
              {t(last.ok ? 'webhooks.taken' : 'webhooks.refused', {
                detail: last.detail,
                when: format.dateTime(last.at),
              })}
            </Badge>
          )}
          {waiting > 0 && (
            <Badge variant="light" color="saffron">
              {t('webhooks.waiting', { count: waiting })}
            </Badge>
          )}
          {failed > 0 && (
            <Badge variant="light" color="red">
              {t('webhooks.failed', { count: failed })}
            </Badge>
          )}
        </Group>
      </div>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('webhooks.actions', { url })}>
            <IconDots size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconSend size={17} className="mirrored" />} onClick={onPing}>
            {t('webhooks.ping')}
          </Menu.Item>
          <Menu.Item
            leftSection={active ? <IconPlayerPause size={17} /> : <IconPlayerPlay size={17} className="mirrored" />}
            onClick={onSwitch}
          >
            {t(active ? 'webhooks.switchOff' : 'webhooks.switchOn')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={17} />} onClick={onRemove}>
            {t('webhooks.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
