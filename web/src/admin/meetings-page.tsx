import { LiveMeetings } from '@diwan/protocol/vroom-live.ts';
import { Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconVideo } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../ui/confirm.tsx';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { get, tell } from '../wire/http.ts';
import { workerLoads } from './model.ts';
import classes from './sheet.module.css';

type LiveRoom = LiveMeetings['rooms'][number];
type LivePerson = LiveRoom['people'][number];

/** What goes on now, looked at every few seconds while the page is open. */
export function MeetingsPage() {
  const { t } = useTranslation('admin');
  const sentence = useSentences();
  const format = useFormats();
  const [ending, setEnding] = useState<LiveRoom>();
  const before = useRef<LiveMeetings>(undefined);
  const live = useQuery({
    queryKey: ['admin', 'meetings'],
    queryFn: async ({ signal }) => {
      before.current = live.data;
      return get('/api/admin/meetings', LiveMeetings, signal);
    },
    refetchInterval: 3000,
  });
  const end = async ({ roomId }: LiveRoom) => {
    await tell('DELETE', `/api/rooms/${encodeURIComponent(roomId)}`).then(
      () => toast(t('meetings.ended')),
      (error) => toastProblem(sentence(error)),
    );
    setEnding(undefined);
    await live.refetch();
  };
  if (live.isPending) return <Skeleton h={120} radius="lg" />;
  if (live.isError) return <Failure error={live.error} onRetry={live.refetch} />;
  const { rooms, workers } = live.data;
  const loads = workerLoads(before.current, live.data);
  return (
    <Stack gap="xl">
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {rooms.length === 0 ? (
          <Nothing
            icon={<IconVideo size={40} stroke={1.4} />}
            title={t('meetings.empty')}
            hint={t('meetings.emptyHint')}
          />
        ) : (
          <ul className={classes.list} aria-label={t('tabs.meetings')}>
            {rooms.map((room) => (
              <RoomLine key={room.roomId} room={room} onEnd={() => setEnding(room)} />
            ))}
          </ul>
        )}
      </Paper>
      <section aria-labelledby="workers">
        <Title order={2} size="h4" id="workers" mb="sm">
          {t('meetings.workers')}
        </Title>
        <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
          <ul className={classes.list}>
            {workers.map(({ index, producers, consumers }) => (
              <li key={index} className={classes.line}>
                <div className={classes.words}>
                  <Text fw={500}>{t('meetings.worker', { number: index + 1 })}</Text>
                  <Text size="sm" c="dimmed">
                    {t('meetings.streamsIn', { count: producers })} · {t('meetings.streamsOut', { count: consumers })}
                  </Text>
                </div>
                <Text>{t('meetings.load', { load: format.percent(loads[index] ?? 0) })}</Text>
              </li>
            ))}
          </ul>
        </Paper>
      </section>
      {ending && (
        <Confirm
          title={t('meetings.endTitle', { title: ending.title })}
          hint={t('meetings.endHint', { count: ending.people.length })}
          action={t('meetings.end')}
          danger
          onConfirm={() => end(ending)}
          onClose={() => setEnding(undefined)}
        />
      )}
    </Stack>
  );
}

function RoomLine({ room, onEnd }: { room: LiveRoom; onEnd: () => void }) {
  const { t } = useTranslation('admin');
  return (
    <li className={classes.block}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div className={classes.words}>
          <Text fw={600}>
            <bdi>{room.title}</bdi>
          </Text>
          <Text size="sm" c="dimmed">
            {t('meetings.of', { name: `\u2068${room.ownerName}\u2069` })} ·{' '}
            {t('meetings.people', { count: room.people.length })}
            {room.waiting > 0 && ` · ${t('meetings.waiting', { count: room.waiting })}`}
          </Text>
        </div>
        <Button
          variant="default"
          size="compact-md"
          aria-label={t('meetings.endOne', { title: room.title })}
          onClick={onEnd}
        >
          {t('meetings.end')}
        </Button>
      </Group>
      <ul className={classes.within}>
        {room.people.map((person) => (
          <PersonLine key={person.id} person={person} />
        ))}
      </ul>
    </li>
  );
}

function PersonLine({ person }: { person: LivePerson }) {
  const { t } = useTranslation('admin');
  const format = useFormats();
  return (
    <li>
      <span className={classes.name}>
        <bdi>{person.name}</bdi>
      </span>
      {person.role !== 'participant' && <Badge variant="light">{t(`meetings.roles.${person.role}`)}</Badge>}
      {person.away && (
        <Badge variant="light" color="saffron">
          {t('meetings.away')}
        </Badge>
      )}
      {person.protocol === 'tcp' && (
        <Badge variant="light" color="gray">
          TCP
        </Badge>
      )}
      <Text size="sm" c="dimmed" component="span" className={classes.figures ?? ''}>
        <span>
          <IconArrowUp size={14} aria-label={t('meetings.up')} /> {format.bitrate(person.up)}
        </span>
        <span>
          <IconArrowDown size={14} aria-label={t('meetings.down')} /> {format.bitrate(person.down)}
        </span>
      </Text>
    </li>
  );
}
