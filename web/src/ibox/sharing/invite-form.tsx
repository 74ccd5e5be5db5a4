import type { SpaceRole } from '@diwan/protocol/ibox.ts';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../ui/toast.ts';
import { useAddresses } from '../../ui/use-addresses.ts';
import { LetterForm } from './letter-form.tsx';
import { RoleSelect } from './role-select.tsx';
import { shareFolder } from './shares.ts';
import classes from './sharing.module.css';

/** As many as one request takes. */
const mostPeople = 50;

/** Invites people to a folder; the first of them makes it a shared one. */
export function InviteForm({ nodeId }: { nodeId: string }) {
  const { t } = useTranslation('sharing');
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
  const someone = field.value.length > 0 || field.text !== '';
  return (
    <LetterForm
      to={{ label: t('people.emails'), most: mostPeople, field }}
      message={someone ? { value: message, most: 1000, onChange: setMessage } : undefined}
      sending={invite}
    >
      <div className={classes.invite}>
        <RoleSelect aria-label={t('people.role')} value={role} onChange={setRole} />
        <Button type="submit" size="md" loading={invite.isPending} disabled={!complete || good.length > mostPeople}>
          {t('people.invite')}
        </Button>
      </div>
    </LetterForm>
  );
}
