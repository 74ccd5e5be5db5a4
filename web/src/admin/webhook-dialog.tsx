import { NewWebhook, WebhookCreate, WebhookEvent } from '@diwan/protocol/webhooks.ts';
import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../ui/states.tsx';
import { send } from '../wire/http.ts';

/** Where to, and what of. */
export function WebhookDialog({ onClose, onCreated }: { onClose: () => void; onCreated: (made: NewWebhook) => void }) {
  const { t } = useTranslation(['admin', 'common']);
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<string[]>([...WebhookEvent.options]);
  const draft = WebhookCreate.safeParse({ url: url.trim(), events });
  const save = useMutation({
    mutationFn: (body: WebhookCreate) =>
      send('POST', '/api/admin/webhooks', { request: WebhookCreate, body, answer: NewWebhook }),
    onSuccess: onCreated,
  });
  const problem = useSentence(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.success) save.mutate(draft.data);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('webhooks.createTitle')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {save.isError && (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <TextInput
            type="url"
            label={t('webhooks.url')}
            description={t('webhooks.urlHint')}
            dir="ltr"
            placeholder="https://"
            required
            data-autofocus
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Checkbox.Group label={t('webhooks.eventsLabel')} value={events} onChange={setEvents}>
            <Stack gap="xs" mt="xs">
              {WebhookEvent.options.map((event) => (
                <Checkbox
                  key={event}
                  value={event}
                  label={t(`webhooks.events.${event.replace('.', '_') as 'meeting_started'}`)}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!draft.success}>
              {t('webhooks.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
