import type { Room } from '@diwan/protocol/vroom.ts';
import { Alert, Button, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCalendarPlus, IconLink, IconPlus, IconVideo } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, useSentences, Waiting } from '../ui/states.tsx';
import classes from './meetings.module.css';
import { ComingList } from './planned/coming-list.tsx';
import { MeetingDetails } from './planned/meeting-details.tsx';
import { meetingsQuery } from './planned/meetings-query.ts';
import { PastList } from './planned/past-list.tsx';
import { PersonalRoom } from './planned/personal-room.tsx';
import planned from './planned/planned.module.css';
import { Presence } from './presence.tsx';
import { EncryptedSign } from './privacy/door-privacy.tsx';
import { EncryptionSwitch } from './privacy/encryption-switch.tsx';
import { meetPath, roomsQuery, useCreateRoom, useEndRoom } from './rooms-query.ts';
import { useCopyLink } from './use-copy-link.ts';

// Calendars are large, and only who plans needs them.
const ScheduleDialog = lazy(() => import('./planned/schedule-dialog.tsx'));

export function MeetingsPage() {
  const { t } = useTranslation('vroom');
  const { t: plans } = useTranslation('meetings');
  const { data: rooms, error, refetch } = useQuery(roomsQuery);
  const { data: meetings } = useQuery({ ...meetingsQuery, refetchInterval: 10_000 });
  const [ending, setEnding] = useState<Room>();
  const [planning, setPlanning] = useState<'new' | string>();
  const [params, setParams] = useSearchParams();
  const show = (id?: string) => setParams(id === undefined ? {} : { meeting: id }, { replace: true });
  const shown = meetings?.find(({ id }) => id === params.get('meeting'));
  const edited = meetings?.find(({ id }) => id === planning);
  return (
    <Stack gap="xl">
      <title>{`${t('rooms.title')} – Diwan`}</title>
      <div className={planned.head}>
        <div>
          <Title order={1}>{t('rooms.title')}</Title>
          <Text c="dimmed" mt={4}>
            {t('rooms.lead')}
          </Text>
        </div>
        <Button
          size="md"
          variant="light"
          leftSection={<IconCalendarPlus size={18} stroke={1.8} aria-hidden />}
          onClick={() => setPlanning('new')}
        >
          {plans('list.plan')}
        </Button>
      </div>
      <CreateRoom />
      {meetings !== undefined && meetings.length > 0 && (
        <section aria-labelledby="coming">
          <Title order={2} size="h3" mb="sm" id="coming">
            {plans('list.coming')}
          </Title>
          <ComingList meetings={inOrder(meetings)} onShow={show} />
        </section>
      )}
      {(rooms?.length !== 0 || meetings?.length === 0) && (
        <section aria-labelledby="mine">
          <Title order={2} size="h3" mb="sm" id="mine">
            {t('rooms.mine')}
          </Title>
          {rooms === undefined && (error ? <Failure error={error} onRetry={refetch} /> : <Waiting />)}
          {rooms?.length === 0 && (
            <Nothing icon={<IconVideo size={40} stroke={1.4} />} title={t('rooms.empty')} hint={t('rooms.emptyHint')} />
          )}
          {rooms !== undefined && rooms.length > 0 && (
            <ul className={classes.list}>
              {inOrder(rooms).map((room) => (
                <RoomRow key={room.id} room={room} onEnd={() => setEnding(room)} />
              ))}
            </ul>
          )}
        </section>
      )}
      <PersonalRoom />
      <Past />
      {shown && planning === undefined && (
        <MeetingDetails meeting={shown} onEdit={() => setPlanning(shown.id)} onClose={() => show()} />
      )}
      {planning !== undefined && (planning === 'new' || edited) && (
        <Suspense>
          <ScheduleDialog {...(edited ? { meeting: edited } : {})} onClose={() => setPlanning(undefined)} />
        </Suspense>
      )}
      <EndRoom room={ending} onClose={() => setEnding(undefined)} />
    </Stack>
  );
}

/** Those in progress first. */
const inOrder = <T extends { present: number }>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => Number(b.present > 0) - Number(a.present > 0));

function Past() {
  const { t } = useTranslation('meetings');
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-labelledby="past">
      <Title order={2} size="h3" mb="sm" id="past">
        {t('past.title')}
      </Title>
      {isOpen ? (
        <PastList />
      ) : (
        <Button variant="default" onClick={() => setOpen(true)}>
          {t('past.show')}
        </Button>
      )}
    </section>
  );
}

function CreateRoom() {
  const { t } = useTranslation('vroom');
  const sentence = useSentences();
  const [title, setTitle] = useState('');
  const [encrypted, setEncrypted] = useState(false);
  const create = useCreateRoom();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== '') create.mutate({ title: title.trim(), encrypted }, { onSuccess: () => setTitle('') });
  };
  return (
    <form onSubmit={submit} className={classes.create}>
      <TextInput
        label={t('rooms.name')}
        placeholder={t('rooms.placeholder')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        error={create.isError ? sentence(create.error) : null}
        className={classes.title ?? ''}
      />
      <Button
        type="submit"
        size="md"
        loading={create.isPending}
        disabled={title.trim() === ''}
        leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />}
      >
        {t('rooms.create')}
      </Button>
      <div className={classes.option}>
        <EncryptionSwitch on={encrypted} onChange={setEncrypted} />
      </div>
    </form>
  );
}

function RoomRow({ room, onEnd }: { room: Room; onEnd: () => void }) {
  const { t } = useTranslation('vroom');
  const { dateTime } = useFormats();
  const copyLink = useCopyLink();
  const { id, title } = room;
  return (
    <li className={classes.room}>
      <div className={classes.about}>
        <Text fw={600} size="lg" truncate>
          <bdi>{title}</bdi>
        </Text>
        <Group gap="md" c="dimmed">
          <Presence room={room} />
          <Text size="sm">{t('rooms.created', { when: dateTime(room.createdAt) })}</Text>
          {room.settings.encrypted && <EncryptedSign />}
        </Group>
      </div>
      <div className={classes.actions}>
        <Button variant="subtle" color="red" aria-label={t('rooms.endNamed', { title })} onClick={onEnd}>
          {t('rooms.end')}
        </Button>
        <Button
          variant="default"
          aria-label={t('rooms.copyNamed', { title })}
          leftSection={<IconLink size={17} stroke={1.7} aria-hidden />}
          onClick={() => void copyLink(id)}
        >
          {t('rooms.copy')}
        </Button>
        <Button component={Link} to={meetPath(id)} aria-label={t('rooms.joinNamed', { title })}>
          {t('rooms.join')}
        </Button>
      </div>
    </li>
  );
}

function EndRoom({ room, onClose }: { room: Room | undefined; onClose: () => void }) {
  const { t } = useTranslation('vroom');
  const { t: common } = useTranslation();
  const sentence = useSentences();
  const end = useEndRoom();
  // The title stays while the dialogue fades away.
  const [shown, setShown] = useState(room);
  if (room !== undefined && room !== shown) setShown(room);
  const confirm = () =>
    room &&
    end.mutate(room.id, {
      onSuccess: () => {
        onClose();
        notifications.show({ message: t('rooms.ended') });
      },
    });
  return (
    <Modal opened={room !== undefined} onClose={onClose} title={t('rooms.endTitle', { title: shown?.title })}>
      <Text>{t('rooms.endHint')}</Text>
      {end.isError && (
        <Alert color="red" mt="md">
          {sentence(end.error)}
        </Alert>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {common('action.cancel')}
        </Button>
        <Button color="red" loading={end.isPending} onClick={confirm}>
          {t('rooms.endConfirm')}
        </Button>
      </Group>
    </Modal>
  );
}
