import { Terms } from '@diwan/protocol/terms.ts';
import { GuestDoor, GuestEnter, GuestKnock, GuestPass } from '@diwan/protocol/vroom-guests.ts';
import { Alert, Checkbox, Text } from '@mantine/core';
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { LanguageSwitch } from '../ui/language-switch.tsx';
import { SchemeSwitch } from '../ui/scheme-switch.tsx';
import { Failure, useSentences, Waiting } from '../ui/states.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import { get, send } from '../wire/http.ts';
import { codeOf } from '../wire/problem.ts';
import { queryClient } from '../wire/queries.ts';
import { connection, connectSocket, disconnectSocket } from '../wire/socket.ts';
import classes from './guest-page.module.css';
import { InMeeting } from './in-meeting.tsx';
import { PreJoin } from './pre-join.tsx';
import { useVisit } from './use-visit.ts';

const doorPath = (roomId: string) => `/api/guests/${encodeURIComponent(roomId)}`;

/** What a join link says of who comes; behind the #, so that it is sent to nobody but the hub. */
const joinToken = () => new URLSearchParams(window.location.hash.slice(1)).get('join');

const doorQuery = (roomId: string) =>
  queryOptions({
    queryKey: ['guest', roomId],
    queryFn: ({ signal }) => {
      const join = joinToken();
      if (join === null) return get(doorPath(roomId), GuestDoor, signal);
      return send('POST', `${doorPath(roomId)}/door`, { request: GuestKnock, body: { join }, answer: GuestDoor });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What is ticked is the version in force. */
const termsQuery = queryOptions({
  queryKey: ['terms'],
  queryFn: ({ signal }) => get('/api/terms', Terms, signal),
  staleTime: 0,
});

/** The pass is good for an hour; well before that it is prolonged (ms). */
const prolongEvery = 20 * 60_000;

/** /meet/:roomId for somebody without an account. @param signIn where everybody else goes: shown where no guests are let in */
export default function GuestPage({ signIn, signInPath }: { signIn: ReactNode; signInPath: string }) {
  const { roomId = '' } = useParams();
  const [visit, setVisit] = useState(0);
  const door = useQuery(doorQuery(roomId));
  if (door.isError && codeOf(door.error) === 'room_not_found') return signIn;
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Wordmark height={26} />
        <div className={classes.tools}>
          <LanguageSwitch />
          <SchemeSwitch />
        </div>
      </header>
      <main className={classes.main}>
        {door.data !== undefined ? (
          <Visit
            key={`${roomId} ${visit}`}
            roomId={roomId}
            door={door.data}
            signInPath={signInPath}
            again={() => setVisit(visit + 1)}
          />
        ) : door.isError ? (
          <Failure error={door.error} onRetry={door.refetch} />
        ) : (
          <Waiting minHeight="60vh" />
        )}
      </main>
    </div>
  );
}

function Visit(props: { roomId: string; door: GuestDoor; signInPath: string; again: () => void }) {
  const { roomId, door, signInPath, again } = props;
  const { t } = useTranslation('roles');
  const sentence = useSentences();
  const terms = useQuery(termsQuery);
  const [ticked, setTicked] = useState(false);
  // As it was when the page came: what changes later is for the next visit.
  const { sent } = door;
  const [known] = useState(sent?.name ?? door.known?.name ?? '');
  const { media, meeting, join } = useVisit(roomId, known, 'guest');
  const ask = useMutation({
    mutationFn: (name: string) => passFor(roomId, name, terms.data),
    onSuccess: (pass) => {
      queryClient.setQueryData(doorQuery(roomId).queryKey, { ...door, known: pass });
      connectSocket({ guestOf: roomId });
      join(pass.name);
    },
    onError: (error) => {
      if (codeOf(error) !== 'cgu_required') return;
      setTicked(false);
      void terms.refetch();
    },
  });

  // A page that was loaded again goes straight back in, with the pass that the browser has.
  const returns = meeting !== undefined;
  useEffect(() => {
    if (returns) connectSocket({ guestOf: roomId });
  }, [returns, roomId]);
  useEffect(() => () => disconnectSocket(), []);

  const name = ask.data?.name ?? known;
  // The hub takes the pass no more (it was too long asleep): back to the door.
  const line = useSyncExternalStore(connection.subscribe, connection.get);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (line === 'open') wasOpen.current = true;
    if (line === 'closed' && wasOpen.current) again();
  }, [line, again]);

  const { data: inForce } = terms;
  useEffect(() => {
    if (!returns || name === '') return;
    const timer = setInterval(() => void passFor(roomId, name, inForce).catch(() => undefined), prolongEvery);
    return () => clearInterval(timer);
  }, [returns, roomId, name, inForce]);

  if (media === undefined) return <Waiting />;
  if (meeting !== undefined) return <InMeeting meeting={meeting} media={media} again={again} />;
  return (
    <PreJoin
      title={door.title}
      about={<Text size="sm">{t('wait.of', { name: door.ownerName })}</Text>}
      lead={t(sent?.role === 'host' ? 'guest.leadHost' : 'guest.lead')}
      nameFixed={sent !== null}
      media={media}
      name={known}
      onJoin={(chosen) => ask.mutate(chosen)}
      ready={ticked && terms.data !== undefined}
      busy={ask.isPending}
      encrypted={door.encrypted}
      below={
        <Link to={signInPath} className={classes.link}>
          {t('guest.signIn')}
        </Link>
      }
    >
      <Checkbox
        checked={ticked}
        onChange={(event) => setTicked(event.currentTarget.checked)}
        label={
          <Trans
            t={t}
            i18nKey="guest.terms"
            components={{ terms: <Link to="/terms" target="_blank" className={classes.link} /> }}
          />
        }
      />
      {ask.isError && (
        <Alert color="red" role="alert">
          {codeOf(ask.error) === 'cgu_required' ? t('guest.changed') : sentence(ask.error)}
        </Alert>
      )}
    </PreJoin>
  );
}

async function passFor(roomId: string, name: string, terms: Terms | undefined): Promise<GuestPass> {
  const { version, hash } = terms ?? (await get('/api/terms', Terms));
  const join = joinToken();
  return send('POST', doorPath(roomId), {
    request: GuestEnter,
    body: { name, terms: { version, hash }, ...(join !== null && { join }) },
    answer: GuestPass,
  });
}
