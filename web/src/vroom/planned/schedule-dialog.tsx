import type { Meeting } from '@diwan/protocol/vroom-meetings.ts';
import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AddressesInput } from '../../ui/addresses-input.tsx';
import { useSentence } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.ts';
import { useAddresses } from '../../ui/use-addresses.ts';
import { serverNow } from '../../wire/clock.ts';
import { draftOf, newPlan, ownZone, type Plan, planFault, planOf } from '../model/plan.ts';
import { EncryptionSwitch } from '../privacy/encryption-switch.tsx';
import { encryptRoom } from '../rooms-query.ts';
import { changeMeeting, planMeeting } from './meetings-query.ts';
import { RepeatFields } from './repeat-fields.tsx';
import { WhenFields } from './when-fields.tsx';

/** Plans a meeting, or changes one: the whole series. */
export default function ScheduleDialog({ meeting, onClose }: { meeting?: Meeting; onClose: () => void }) {
  const { t } = useTranslation('meetings');
  const { t: common } = useTranslation();
  const [plan, setPlan] = useState(() => (meeting ? planOf(meeting) : newPlan(serverNow(), ownZone())));
  const people = useAddresses(meeting?.invitees);
  const [encrypted, setEncrypted] = useState(meeting?.encrypted ?? false);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<Plan>) => setPlan((before) => ({ ...before, ...part }));
  const fault = planFault(plan);
  const badPeople = people.good.length > 0 ? !people.complete : people.field.value.length > 0;
  const save = useMutation({
    mutationFn: async () => {
      const draft = draftOf(plan, people.good);
      if (meeting === undefined) return planMeeting({ ...draft, encrypted });
      if (encrypted !== meeting.encrypted) await encryptRoom(meeting.id, encrypted);
      return changeMeeting(meeting.id, draft);
    },
    onSuccess: () => {
      toast(t(meeting ? 'dialog.changed' : people.good.length > 0 ? 'dialog.invited' : 'dialog.made'));
      onClose();
    },
  });
  const sentence = useSentence(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault === undefined && !badPeople) save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t(meeting ? 'dialog.editTitle' : 'dialog.title')}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label={t('dialog.name')}
            placeholder={t('dialog.namePlaceholder')}
            value={plan.title}
            maxLength={200}
            data-autofocus
            error={tried && fault === 'title' && t('fault.title')}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
          <WhenFields plan={plan} onChange={change} />
          <RepeatFields plan={plan} onChange={change} />
          <AddressesInput label={t('dialog.invite')} most={200} field={people.field} />
          <Textarea
            label={t('dialog.description')}
            value={plan.description}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={4000}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
          <EncryptionSwitch on={encrypted} onChange={setEncrypted} />
          {(save.isError || (tried && fault && fault !== 'title')) && (
            <Alert color="red" role="alert">
              {fault ? t(`fault.${fault}`) : sentence}
            </Alert>
          )}
          <Text size="sm" c="dimmed">
            {t('dialog.mailHint')}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common('action.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t(meeting ? 'dialog.save' : 'dialog.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
