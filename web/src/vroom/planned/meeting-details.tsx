import type { Meeting, Occurrence } from '@diwan/protocol/vroom-meetings.ts';
import { ActionIcon, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCalendarDown, IconCalendarX, IconLink, IconPencil, IconRepeat, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Confirm } from '../../ui/confirm.tsx';
import { useFormats } from '../../ui/format.ts';
import { useSentences } from '../../ui/states.tsx';
import { toast, toastProblem } from '../../ui/toast.ts';
import { useMe } from '../../wire/queries.ts';
import { ownZone } from '../model/plan.ts';
import { EncryptedSign } from '../privacy/door-privacy.tsx';
import { meetPath } from '../rooms-query.ts';
import { useCopyLink } from '../use-copy-link.ts';
import { calendarPath, cancelMeeting } from './meetings-query.ts';
import classes from './planned.module.css';
import { useWhen } from './use-when.ts';

/** All about one planned meeting; its organiser changes and cancels it here. */
export function MeetingDetails(props: { meeting: Meeting; onEdit: () => void; onClose: () => void }) {
  const { meeting, onEdit, onClose } = props;
  const { t } = useTranslation('meetings');
  const { t: common } = useTranslation();
  const { t: rooms } = useTranslation('vroom');
  const { account } = useMe();
  const { range } = useFormats();
  const copyLink = useCopyLink();
  const [cancelling, setCancelling] = useState<Occurrence | 'all'>();
  const when = useWhen().ofMeeting(meeting);
  const [next] = meeting.upcoming;
  const isOwn = meeting.ownerId === account.id;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<bdi>{meeting.title}</bdi>}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      <Stack gap="md">
        <div>
          {next && <Text fw={600}>{range(next.startsAt, next.endsAt)}</Text>}
          {when && (
            <Text c="dimmed" className={classes.sign}>
              <IconRepeat size={16} stroke={1.7} aria-hidden />
              {when}
            </Text>
          )}
          {meeting.timeZone !== ownZone() && (
            <Text size="sm" c="dimmed">
              {t('details.otherZone', { time: meeting.start.slice(11), zone: meeting.timeZone })}
            </Text>
          )}
          {meeting.encrypted && <EncryptedSign />}
          <Text size="sm" c="dimmed">
            {isOwn ? t('details.byYou') : t('details.by', { name: meeting.ownerName })}
          </Text>
        </div>
        {meeting.description !== '' && <Text className={classes.description ?? ''}>{meeting.description}</Text>}
        <section aria-label={t('details.invited')}>
          <Text fw={600}>{t('details.people', { count: meeting.invited })}</Text>
          {meeting.invitees.length > 0 && (
            <ul className={classes.invitees}>
              {meeting.invitees.map((email) => (
                <li key={email}>
                  <bdi>{email}</bdi>
                </li>
              ))}
            </ul>
          )}
        </section>
        {isOwn && meeting.repeat !== null && (
          <section aria-label={t('details.dates')}>
            <Text fw={600}>{t('details.dates')}</Text>
            <ul className={classes.dates}>
              {meeting.upcoming.map((one) => (
                <li key={one.date}>
                  <Text size="sm">{range(one.startsAt, one.endsAt)}</Text>
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    aria-label={t('details.cancelDate', { date: range(one.startsAt, one.endsAt) })}
                    onClick={() => setCancelling(one)}
                  >
                    <IconCalendarX size={18} stroke={1.7} />
                  </ActionIcon>
                </li>
              ))}
            </ul>
          </section>
        )}
        <Group gap="xs">
          <Button component={Link} to={meetPath(meeting.id)}>
            {rooms('rooms.join')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconLink size={17} stroke={1.7} aria-hidden />}
            onClick={() => void copyLink(meeting.id)}
          >
            {rooms('rooms.copy')}
          </Button>
          <Button
            component="a"
            href={calendarPath(meeting.id)}
            download
            variant="default"
            leftSection={<IconCalendarDown size={17} stroke={1.7} aria-hidden />}
          >
            {t('details.calendar')}
          </Button>
          {isOwn && (
            <>
              <Button
                variant="default"
                leftSection={<IconPencil size={17} stroke={1.7} aria-hidden />}
                onClick={onEdit}
              >
                {t('details.edit')}
              </Button>
              <Button
                variant="subtle"
                color="red"
                leftSection={<IconTrash size={17} stroke={1.7} aria-hidden />}
                onClick={() => setCancelling('all')}
              >
                {t('details.cancel')}
              </Button>
            </>
          )}
        </Group>
      </Stack>
      {cancelling !== undefined && (
        <ConfirmCancel
          meeting={meeting}
          what={cancelling}
          onClose={() => setCancelling(undefined)}
          onDone={() => cancelling === 'all' && onClose()}
        />
      )}
    </Modal>
  );
}

function ConfirmCancel(props: { meeting: Meeting; what: Occurrence | 'all'; onClose: () => void; onDone: () => void }) {
  const { meeting, what, onClose, onDone } = props;
  const { t } = useTranslation('meetings');
  const sentence = useSentences();
  const { range } = useFormats();
  const cancel = async () => {
    try {
      await cancelMeeting(meeting.id, what === 'all' ? undefined : what.date);
      toast(t('cancel.done'));
      onDone();
    } catch (error) {
      toastProblem(sentence(error));
    }
    onClose();
  };
  return (
    <Confirm
      title={what === 'all' ? t('cancel.title', { title: meeting.title }) : t('cancel.oneTitle')}
      hint={what === 'all' ? t('cancel.hint') : t('cancel.oneHint', { date: range(what.startsAt, what.endsAt) })}
      action={t(what === 'all' ? 'cancel.confirm' : 'cancel.oneConfirm')}
      danger
      onConfirm={cancel}
      onClose={onClose}
    />
  );
}
