import type { SpaceRole } from '@diwan/protocol/ibox.ts';
import { Alert, Button, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentences } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.ts';
import { AddressesInput } from './addresses-input.tsx';
import { RoleSelect } from './role-select.tsx';
import { shareFolder } from './shares.ts';
import classes from './sharing.module.css';
import { useAddresses } from './use-addresses.ts';

/** As many as one request takes. */
const mostPeople = 50;

/** Invites people to a folder; the first of them makes it a shared one. */
export function InviteForm({ nodeId }: { nodeId: string }) {
  const { t } = useTranslation('sharing');
  const sentence = useSentences();
  const { good, complete, keep, field } = useAddresses();
  const [role, setRole] = useState<SpaceRole>('reader');
  const [message, setMessage] = useState('');
  const invite = useMutation({
    mutationFn: () => shareFolder(nodeId, { people: good.map((email) => ({ email, role })), message: message.trim() }),
    onSuccess: () => {
      toast(t('people.invited', { count: good.length, address: good[0] }));
      keep([]);
      setMessage('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <AddressesInput label={t('people.emails')} most={mostPeople} field={field} />
        {(field.value.length > 0 || field.text !== '') && (
          <Textarea
            label={t('people.message')}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={1000}
            dir="auto"
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
        )}
        {invite.isError && (
          <Alert color="red" role="alert">
            {sentence(invite.error)}
          </Alert>
        )}
        <div className={classes.invite}>
          <RoleSelect aria-label={t('people.role')} value={role} onChange={setRole} />
          <Button type="submit" size="md" loading={invite.isPending} disabled={!complete || good.length > mostPeople}>
            {t('people.invite')}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
