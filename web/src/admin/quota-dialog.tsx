import { AccountQuota, type AdminAccount, QuotaPatch } from '@diwan/protocol/admin.ts';
import { Alert, Button, Group, Modal, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { useSentence } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';
import { send } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';
import { gigabyte, type QuotaChoice, quotaBytes, quotaChoice } from './model.ts';

/** Gives an account a limit of its own, none, or the one that all have. */
export function QuotaDialog(props: {
  account: AdminAccount;
  quota: AccountQuota;
  defaultBytes: number | null;
  onClose: () => void;
}) {
  const { t } = useTranslation(['admin', 'common']);
  const format = useFormats();
  const { account, quota, defaultBytes, onClose } = props;
  const [choice, setChoice] = useState<QuotaChoice>(quotaChoice(quota.ownBytes));
  const [gigabytes, setGigabytes] = useState((quota.ownBytes || defaultBytes || 10 * gigabyte) / gigabyte);
  const save = useMutation({
    mutationFn: () =>
      send('PATCH', `/api/admin/accounts/${encodeURIComponent(account.id)}/quota`, {
        request: QuotaPatch,
        body: { bytes: quotaBytes(choice, gigabytes) },
        answer: AccountQuota,
      }),
    onSuccess: () => {
      toast(t('quota.changed'));
      onClose();
      return queryClient.invalidateQueries({ queryKey: ['admin', 'quotas'] });
    },
  });
  const problem = useSentence(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const all = defaultBytes === null ? t('quota.none') : format.size(defaultBytes);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('quota.title', { name: account.name })}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {save.isError && (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <Text>{t('quota.used', { used: format.size(quota.usedBytes) })}</Text>
          <Radio.Group
            aria-label={t('quota.label')}
            value={choice}
            onChange={(value) => setChoice(value as QuotaChoice)}
          >
            <Stack gap="sm">
              <Radio value="all" label={t('quota.all', { limit: all })} />
              <Radio value="none" label={t('quota.none')} />
              <Radio value="own" label={t('quota.own')} />
            </Stack>
          </Radio.Group>
          <NumberInput
            label={t('quota.gigabytes')}
            min={0.1}
            max={1_000_000}
            decimalScale={1}
            decimalSeparator={format.decimalSeparator}
            allowedDecimalSeparators={['.', ',', '٫']}
            size="md"
            disabled={choice !== 'own'}
            value={gigabytes}
            onChange={(value) => setGigabytes(Number(value))}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={choice === 'own' && !(gigabytes > 0)}>
              {t('common:action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
