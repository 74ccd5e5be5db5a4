import { ActionIcon, Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { IconCheck, IconPencil, IconSend2 } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../../ui/confirm.tsx';
import { clockOf } from '../model/breakouts.ts';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import { inCharge } from '../model/roles.ts';
import panel from '../together/panel.module.css';
import { useAttempt } from '../use-attempt.ts';
import classes from './breakouts.module.css';
import { useCountdown } from './use-countdown.ts';

type Open = NonNullable<MeetingState['breakouts']>;

/** Who is in which room; those in charge move people, visit, and speak to all of them. */
export function OpenRooms(props: { meeting: Meeting; state: MeetingState; breakouts: Open }) {
  const { meeting, state, breakouts } = props;
  const { t } = useTranslation('breakouts');
  const { self, breakoutId } = state;
  if (self === null) return null;
  const charge = inCharge(self.role);
  const away = new Set(breakouts.rooms.flatMap(({ people }) => people));
  const assigned = breakouts.people.find(({ id }) => id === self.id)?.assigned ?? null;
  const places = [
    { id: null, name: t('main'), asksForHelp: false, people: breakouts.people.filter(({ id }) => !away.has(id)) },
    ...breakouts.rooms.map((room) => ({
      ...room,
      people: breakouts.people.filter(({ id }) => room.people.includes(id)),
    })),
  ];
  return (
    <div className={classes.body}>
      {charge && <TimeLeft meeting={meeting} end={state.breakoutsEnd} />}
      {places.map((place) => (
        <Place
          key={place.id ?? ''}
          {...{ meeting, place, charge }}
          selfId={self.id}
          isHere={place.id === breakoutId}
          mayEnter={charge || breakouts.choose || place.id === null || place.id === assigned}
          places={places}
        />
      ))}
      {charge && <ToAll meeting={meeting} />}
    </div>
  );
}

interface PlaceView {
  id: string | null;
  name: string;
  asksForHelp: boolean;
  people: { id: string; name: string }[];
}

function Place(props: {
  meeting: Meeting;
  place: PlaceView;
  places: PlaceView[];
  charge: boolean;
  selfId: string;
  isHere: boolean;
  mayEnter: boolean;
}) {
  const { meeting, place, places, charge, selfId, isHere, mayEnter } = props;
  const { t } = useTranslation('breakouts');
  const attempt = useAttempt();
  const [renaming, setRenaming] = useState(false);
  const move = (participantId: string, breakoutId: string | null) =>
    void attempt(meeting.act('breakout:move', { participantId, breakoutId }));
  const { id, name, people, asksForHelp } = place;
  return (
    <section className={classes.place} aria-label={name} data-here={isHere}>
      <header className={classes.line}>
        {renaming && id !== null ? (
          <Rename
            name={name}
            onName={async (next) => {
              if (next === name || (await attempt(meeting.act('breakout:rename', { breakoutId: id, name: next }))))
                setRenaming(false);
            }}
          />
        ) : (
          <>
            <h3 className={classes.name}>
              <bdi>{name}</bdi> <span className={`${classes.quiet} figures`}>({people.length})</span>
            </h3>
            {asksForHelp && <span className={classes.sign}>{t('open.help')}</span>}
            {charge && id !== null && (
              <ActionIcon
                variant="transparent"
                c="inherit"
                aria-label={t('open.rename', { name })}
                onClick={() => setRenaming(true)}
              >
                <IconPencil size={17} stroke={1.7} aria-hidden />
              </ActionIcon>
            )}
            {isHere ? (
              <span className={classes.quiet}>{t('open.here')}</span>
            ) : (
              mayEnter && (
                <Button
                  size="compact-sm"
                  className={panel.deed ?? ''}
                  aria-label={t('open.joinNamed', { name })}
                  onClick={() => move(selfId, id)}
                >
                  {t('open.join')}
                </Button>
              )
            )}
          </>
        )}
      </header>
      {people.length === 0 && <p className={classes.quiet}>{t('open.empty')}</p>}
      <ul className={classes.list}>
        {people.map((person) => (
          <li key={person.id} className={classes.line}>
            <span className={classes.name}>
              <bdi>{person.name}</bdi>
              {person.id === selfId && <span className={classes.quiet}> · {t('you')}</span>}
            </span>
            {charge && person.id !== selfId && (
              <NativeSelect
                size="xs"
                className={classes.choice ?? ''}
                aria-label={t('form.roomOf', { name: person.name })}
                value={id ?? ''}
                onChange={({ currentTarget: { value } }) => move(person.id, value === '' ? null : value)}
                data={places.map((each) => ({ value: each.id ?? '', label: each.name }))}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rename({ name, onName }: { name: string; onName: (name: string) => void }) {
  const { t } = useTranslation('breakouts');
  const { t: common } = useTranslation();
  const [text, setText] = useState(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') onName(text.trim());
  };
  return (
    <form className={`${classes.line} ${classes.grows}`} onSubmit={submit}>
      <TextInput
        size="sm"
        dir="auto"
        autoFocus
        className={classes.grows ?? ''}
        aria-label={t('open.rename', { name })}
        maxLength={80}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={({ key }) => key === 'Escape' && onName(name)}
      />
      <ActionIcon type="submit" className={panel.deed ?? ''} size="lg" aria-label={common('action.save')}>
        <IconCheck size={18} stroke={1.7} aria-hidden />
      </ActionIcon>
    </form>
  );
}

function TimeLeft({ meeting, end }: { meeting: Meeting; end: number | null }) {
  const { t } = useTranslation('breakouts');
  const attempt = useAttempt();
  const left = useCountdown(end);
  const [closing, setClosing] = useState(false);
  const setTime = (seconds: number) => void attempt(meeting.act('breakout:set-time', { seconds }));
  return (
    <section className={classes.time} aria-label={t('open.time')}>
      <p>
        {left === null ? (
          t('open.noEnd')
        ) : (
          <>
            {t('open.time')} <strong className="figures">{clockOf(left)}</strong>
          </>
        )}
      </p>
      <div className={classes.ways}>
        <Button
          size="compact-sm"
          className={panel.deed ?? ''}
          onClick={() => setTime(Math.ceil((left ?? 0) / 1000) + 300)}
        >
          {t(left === null ? 'open.fiveMinutes' : 'open.moreTime')}
        </Button>
        {(left === null || left > 60_000) && (
          <Button size="compact-sm" className={panel.deed ?? ''} onClick={() => setTime(60)}>
            {t('open.lastMinute')}
          </Button>
        )}
        <Button size="compact-sm" color="red.7" onClick={() => setClosing(true)}>
          {t('open.close')}
        </Button>
      </div>
      {closing && (
        <Confirm
          title={t('open.closeTitle')}
          hint={t('open.closeHint')}
          action={t('open.close')}
          onConfirm={() => attempt(meeting.act('breakout:close', {}))}
          onClose={() => setClosing(false)}
        />
      )}
    </section>
  );
}

function ToAll({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('breakouts');
  const attempt = useAttempt();
  const [text, setText] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    if (await attempt(meeting.act('breakout:broadcast', { text }))) setText('');
  };
  return (
    <form className={classes.toAll} onSubmit={submit}>
      <Textarea
        size="sm"
        dir="auto"
        autosize
        maxRows={4}
        className={classes.grows ?? ''}
        label={t('open.tellAll')}
        maxLength={500}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <ActionIcon type="submit" size="lg" aria-label={t('open.send')}>
        <IconSend2 size={18} stroke={1.7} className="mirrored" aria-hidden />
      </ActionIcon>
    </form>
  );
}
