import { weekdays } from '@diwan/protocol/vroom-meetings.ts';
import { Chip, Group, Input, NativeSelect, NumberInput, Text } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../ui/format.ts';
import { type Plan, repeatOf, weekdayOf } from '../model/plan.ts';
import classes from './planned.module.css';
import { useWhen } from './use-when.ts';
import { Calendars } from './when-fields.tsx';

/** Whether and how it comes again; said in words below. */
export function RepeatFields({ plan, onChange }: { plan: Plan; onChange: (part: Partial<Plan>) => void }) {
  const { t } = useTranslation('meetings');
  const { weekday } = useFormats();
  const when = useWhen();
  const { frequency } = plan;
  const rule = plan.days.length > 0 || frequency !== 'weekly' ? repeatOf(plan) : null;
  return (
    <>
      <div className={classes.when}>
        <NativeSelect
          size="md"
          label={t('dialog.repeat')}
          value={frequency}
          data={(['never', 'daily', 'weekly'] as const).map((value) => ({ value, label: t(`frequency.${value}`) }))}
          onChange={(event) =>
            onChange({
              frequency: event.currentTarget.value as Plan['frequency'],
              ...(plan.days.length === 0 ? { days: [weekdayOf(plan.date)] } : {}),
            })
          }
        />
        {frequency !== 'never' && (
          <NumberInput
            size="md"
            label={t(frequency === 'daily' ? 'dialog.everyDays' : 'dialog.everyWeeks')}
            min={1}
            max={frequency === 'daily' ? 30 : 12}
            allowDecimal={false}
            clampBehavior="strict"
            value={plan.every}
            onChange={(every) => onChange({ every: Math.max(1, Number(every) || 1) })}
          />
        )}
      </div>
      {frequency === 'weekly' && (
        <Input.Wrapper label={t('dialog.days')} labelElement="div">
          <Chip.Group multiple value={plan.days} onChange={(days) => onChange({ days: days as Plan['days'] })}>
            <Group gap={6} mt={6} role="group" aria-label={t('dialog.days')}>
              {weekdays.map((day, i) => (
                <Chip key={day} value={day} aria-label={weekday(i)}>
                  {weekday(i, 'short')}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      {frequency !== 'never' && (
        <div className={classes.when}>
          <NativeSelect
            size="md"
            label={t('dialog.ends')}
            value={plan.ends}
            data={(['never', 'on', 'after'] as const).map((value) => ({ value, label: t(`ends.${value}`) }))}
            onChange={(event) => onChange({ ends: event.currentTarget.value as Plan['ends'] })}
          />
          {plan.ends === 'on' && (
            <Calendars>
              <DatePickerInput
                hideOutsideDates
                previousLabel={t('dialog.previousMonth')}
                nextLabel={t('dialog.nextMonth')}
                size="md"
                label={t('dialog.until')}
                value={plan.until}
                minDate={plan.date}
                valueFormat="D MMMM YYYY"
                onChange={(until) => until && onChange({ until })}
              />
            </Calendars>
          )}
          {plan.ends === 'after' && (
            <NumberInput
              size="md"
              label={t('dialog.count')}
              min={1}
              max={1000}
              allowDecimal={false}
              clampBehavior="strict"
              value={plan.count}
              onChange={(count) => onChange({ count: Math.max(1, Number(count) || 1) })}
            />
          )}
        </div>
      )}
      {rule !== null && (
        <Text size="sm" c="dimmed" aria-live="polite">
          {when.repeat(rule)}
        </Text>
      )}
    </>
  );
}
