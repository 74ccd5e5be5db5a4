import { type Meeting, type Repeat, weekdays } from '@diwan/protocol/vroom-meetings.ts';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../ui/format.ts';

/** When a meeting repeats, in words. */
export function useWhen() {
  const { t } = useTranslation('meetings');
  const { date, weekday, list } = useFormats();
  const repeat = (rule: Repeat): string => {
    const how =
      rule.frequency === 'daily'
        ? t('repeat.daily', { count: rule.every })
        : t('repeat.weekly', {
            count: rule.every,
            days: list(weekdays.filter((day) => rule.days.includes(day)).map((day) => weekday(weekdays.indexOf(day)))),
          });
    if (rule.end === null) return how;
    if ('count' in rule.end) return `${how}${t('repeat.comma')}${t('repeat.times', { count: rule.end.count })}`;
    return `${how}${t('repeat.comma')}${t('repeat.until', { date: date(Date.parse(`${rule.end.until}T12:00`)) })}`;
  };
  return { repeat, ofMeeting: (meeting: Meeting) => (meeting.repeat === null ? undefined : repeat(meeting.repeat)) };
}
