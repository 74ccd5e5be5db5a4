import type { Room } from '@diwan/protocol/vroom.ts';
import { Alert, Button, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLink, IconPlus, IconVideo } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, useSentences, Waiting } from '../ui/states.tsx';
import classes from './meetings.module.css';
import { Presence } from './presence.tsx';
import { meetPath, roomsQuery, useCreateRoom, useEndRoom } from './rooms-query.ts';
import { useCopyLink } from './use-copy-link.ts';

export function MeetingsPage() {
  const { t } = useTranslation('vroom');
  const { data: rooms, error, refetch } = useQuery(roomsQuery);
  const [ending, setEnding] = useState<Room>();
  return (
    <Stack gap="xl">
      <title>{`${t('rooms.title')} – Diwan`}</title>
      <div>
        <Title order={1}>{t('rooms.title')}</Title>
        <Text c="dimmed" mt={4}>
          {t('rooms.lead')}
        </Text>
      </div>
      <CreateRoom />
      <section aria-label={t('rooms.mine')}>
        {rooms === undefined && (error ? <Failure error={error} onRetry={refetch} /> : <Waiting />)}
        {rooms?.length === 0 && (
          <Nothing icon={<IconVideo size={40} stroke={1.4} />} title={t('rooms.empty')} hint={t('rooms.emptyHint')} />
        )}
        {rooms !== undefined && rooms.length > 0 && (
          <ul className={classes.list}>
            {rooms.map((room) => (
              <RoomRow key={room.id} room={room} onEnd={() => setEnding(room)} />
            ))}
          </ul>
        )}
      </section>
      <EndRoom room={ending} onClose={() => setEnding(undefined)} />
    </Stack>
  );
}

function CreateRoom() {
  const { t } = useTranslation('vroom');
  const sentence = useSentences();
  const [title, setTitle] = useState('');
  const create = useCreateRoom();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== '') create.mutate(title.trim(), { onSuccess: () => setTitle('') });
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
