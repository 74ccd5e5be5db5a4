import { fewestBreakouts, longestBreakoutMinutes, mostBreakouts } from '@diwan/protocol/vroom-breakouts.ts';
import { Button, NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import { IconArrowsShuffle } from '@tabler/icons-react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { asDealt, type Division, isReady, newDivision, requestOf, withPerson, withRooms } from '../model/breakouts.ts';
import type { Meeting, MeetingState } from '../model/meeting.ts';
import panel from '../together/panel.module.css';
import { useAttempt } from '../use-attempt.ts';
import { useFollow } from '../use-follow.ts';
import classes from './breakouts.module.css';
import { divisionOf } from './division-of.ts';

/** How many rooms, who goes where and for how long; then they are opened. */
export function DivisionForm({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const { t } = useTranslation('breakouts');
  const attempt = useAttempt();
  const nameOf = (place: number) => t('room', { number: place + 1 });
  const store = divisionOf(meeting, () => newDivision(nameOf));
  const { division } = useFollow(store);
  const change = (next: Division) => store.set({ division: next });
  const people = [...(state.self ? [state.self] : []), ...state.others];
  const present = new Set(people.map(({ id }) => id));
  const { names, places, choose, timed, minutes } = division;
  const sizeOf = (place: number) => [...places].filter(([id, at]) => at === place && present.has(id)).length;

  const deal = async () => {
    const asked = meeting.act('breakout:deal', { rooms: names.length });
    if (await attempt(asked)) change(asDealt(store.get().division, (await asked).rooms));
  };
  const open = (event: FormEvent) => {
    event.preventDefault();
    if (isReady(division, present)) void attempt(meeting.act('breakout:open', requestOf(division, present)));
  };
  return (
    <form className={classes.body} onSubmit={open}>
      <NumberInput
        size="sm"
        label={t('form.count')}
        min={fewestBreakouts}
        max={mostBreakouts}
        clampBehavior="strict"
        allowDecimal={false}
        value={names.length}
        onChange={(value) => typeof value === 'number' && change(withRooms(division, value, nameOf))}
      />
      <fieldset className={classes.part}>
        <legend>{t('form.names')}</legend>
        {names.map((name, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a room has nothing but its place until it is open
          <div key={place} className={classes.line}>
            <TextInput
              size="sm"
              dir="auto"
              className={classes.grows ?? ''}
              aria-label={t('form.name', { number: place + 1 })}
              maxLength={80}
              value={name}
              onChange={({ currentTarget }) =>
                change({ ...division, names: names.map((each, at) => (at === place ? currentTarget.value : each)) })
              }
            />
            <span className={`${classes.quiet} figures`}>{t('people', { count: sizeOf(place) })}</span>
          </div>
        ))}
      </fieldset>
      <fieldset className={classes.part}>
        <legend>{t('form.who')}</legend>
        <Button
          size="sm"
          className={panel.deed ?? ''}
          leftSection={<IconArrowsShuffle size={18} stroke={1.7} aria-hidden />}
          onClick={() => void deal()}
        >
          {t('form.deal')}
        </Button>
        {people.map(({ id, name }) => (
          <div key={id} className={classes.line}>
            <span className={classes.name}>
              <bdi>{name}</bdi>
              {id === state.self?.id && <span className={classes.quiet}> · {t('you')}</span>}
            </span>
            <NativeSelect
              size="sm"
              className={classes.choice ?? ''}
              aria-label={t('form.roomOf', { name })}
              value={places.get(id) ?? ''}
              onChange={({ currentTarget: { value } }) =>
                change(withPerson(division, id, value === '' ? null : Number(value)))
              }
              data={[
                { value: '', label: t('main') },
                ...names.map((label, place) => ({ value: String(place), label: label || nameOf(place) })),
              ]}
            />
          </div>
        ))}
      </fieldset>
      <Switch
        size="sm"
        label={t('form.choose')}
        description={t('form.chooseHint')}
        checked={choose}
        onChange={({ currentTarget }) => change({ ...division, choose: currentTarget.checked })}
      />
      <div>
        <Switch
          size="sm"
          label={t('form.timed')}
          description={t('form.timedHint')}
          checked={timed}
          onChange={({ currentTarget }) => change({ ...division, timed: currentTarget.checked })}
        />
        {timed && (
          <NumberInput
            mt="xs"
            size="sm"
            label={t('form.minutes')}
            min={1}
            max={longestBreakoutMinutes}
            clampBehavior="strict"
            allowDecimal={false}
            value={minutes}
            onChange={(value) => change({ ...division, minutes: typeof value === 'number' ? value : 0 })}
          />
        )}
      </div>
      <div className={classes.last}>
        <Button type="submit" fullWidth disabled={!isReady(division, present)}>
          {t('form.open')}
        </Button>
        {!isReady(division, present) && <p className={classes.quiet}>{t('form.notReady')}</p>}
      </div>
    </form>
  );
}
