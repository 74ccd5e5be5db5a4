import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/ar-dz';
import 'dayjs/locale/fr';
import type { Language } from '@diwan/protocol/errors.ts';
import { NativeSelect, Select } from '@mantine/core';
import { DatePickerInput, DatesProvider, TimePicker } from '@mantine/dates';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../locales/i18n.ts';
import { useFormats } from '../../ui/format.ts';
import type { Plan } from '../model/plan.ts';
import classes from './planned.module.css';

const dayjsLocale: Record<Language, string> = { fr: 'fr', ar: 'ar-dz', en: 'en' };

/** Calendars in the language of the page; weeks begin on Sunday where they do so in Algeria's offices. */
export function Calendars({ children }: { children: ReactNode }) {
  const language = useLanguage();
  return (
    <DatesProvider
      settings={{ locale: dayjsLocale[language], firstDayOfWeek: language === 'ar' ? 0 : 1, weekendDays: [] }}
    >
      {children}
    </DatesProvider>
  );
}

const usualMinutes = [15, 30, 45, 60, 90, 120, 180, 240, 480];

/** Day, time, how long, and on the wall of which zone. */
export function WhenFields({ plan, onChange }: { plan: Plan; onChange: (part: Partial<Plan>) => void }) {
  const { t } = useTranslation('meetings');
  const { minutes: length } = useFormats();
  const zones = useMemo(
    () => [...new Set([plan.timeZone, ...Intl.supportedValuesOf('timeZone'), 'UTC'])],
    [plan.timeZone],
  );
  const lengths = [...new Set([...usualMinutes, plan.minutes])].sort((a, b) => a - b);
  return (
    <Calendars>
      <div className={classes.when}>
        <DatePickerInput
          hideOutsideDates
          previousLabel={t('dialog.previousMonth')}
          nextLabel={t('dialog.nextMonth')}
          size="md"
          label={t('dialog.date')}
          value={plan.date}
          valueFormat="D MMMM YYYY"
          onChange={(date) => date && onChange({ date })}
        />
        <TimePicker
          size="md"
          label={t('dialog.time')}
          format="24h"
          hoursInputLabel={t('dialog.hours')}
          minutesInputLabel={t('dialog.minutesOfHour')}
          value={plan.time}
          onChange={(time) => onChange({ time: time.slice(0, 5) })}
        />
        <NativeSelect
          size="md"
          label={t('dialog.minutes')}
          value={String(plan.minutes)}
          data={lengths.map((minutes) => ({ value: String(minutes), label: length(minutes) }))}
          onChange={(event) => onChange({ minutes: Number(event.currentTarget.value) })}
        />
      </div>
      <Select
        label={t('dialog.timeZone')}
        description={t('dialog.timeZoneHint')}
        searchable
        allowDeselect={false}
        nothingFoundMessage={t('dialog.noZone')}
        value={plan.timeZone}
        data={zones}
        limit={50}
        onChange={(timeZone) => timeZone && onChange({ timeZone })}
      />
    </Calendars>
  );
}
