import type { Notice } from '@diwan/protocol/notices.ts';
import { CloseButton, VisuallyHidden } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../locales/i18n.ts';
import { useFormats } from '../ui/format.ts';
import { countdown, noticeKey, splitDuration } from './model.ts';
import classes from './notice-banner.module.css';
import { followNotices, useNotices } from './use-notices.ts';

const icons = { info: IconInfoCircle, warning: IconAlertTriangle, critical: IconAlertOctagon };

/** what the operator announces, on every page, the moment it is published. */
export function NoticeBanner() {
  const { t } = useTranslation('notices');
  const language = useLanguage();
  const { notices, now, dismiss } = useNotices();
  const [fresh, setFresh] = useState<Notice>();
  useEffect(() => followNotices(setFresh), []);
  return (
    <>
      <VisuallyHidden aria-live="assertive" role="status">
        {fresh && t('new', { text: fresh.text[language] })}
      </VisuallyHidden>
      {notices.length > 0 && (
        <section className={classes.stack} aria-label={t('region')}>
          {notices.map((notice) => (
            <NoticeLine key={noticeKey(notice)} notice={notice} now={now} onDismiss={() => dismiss(notice)} />
          ))}
        </section>
      )}
    </>
  );
}

function NoticeLine({ notice, now, onDismiss }: { notice: Notice; now: number; onDismiss: () => void }) {
  const { t } = useTranslation('notices');
  const language = useLanguage();
  const Icon = icons[notice.severity];
  return (
    <article className={classes.line} data-severity={notice.severity}>
      <div className={classes.inner}>
        <Icon size={22} stroke={1.7} className={classes.icon} aria-hidden />
        <div className={classes.body}>
          <p className={classes.text}>
            <VisuallyHidden>{t(`severity.${notice.severity}`)}. </VisuallyHidden>
            {notice.text[language]}
          </p>
          <NoticeWindow notice={notice} now={now} />
        </div>
        {notice.severity !== 'critical' && (
          <CloseButton aria-label={t('dismiss')} title={t('dismiss')} onClick={onDismiss} className={classes.close} />
        )}
      </div>
    </article>
  );
}

/** When, how long until then, and which services. */
export function NoticeWindow({ notice, now }: { notice: Notice; now: number }) {
  const { t } = useTranslation('notices');
  const { phase, seconds } = countdown(notice, now);
  return (
    <p className={classes.window}>
      <strong className="figures">{t(phase, { countdown: useDuration(seconds) })}</strong>
      <span>{useWindowText(notice)}</span>
      <span>{notice.services.map((service) => t(`service.${service}`)).join(' · ')}</span>
    </p>
  );
}

/** The window in words: one date when it starts and ends on the same day. */
export function useWindowText({ startsAt, endsAt }: Pick<Notice, 'startsAt' | 'endsAt'>): string {
  const { t } = useTranslation('notices');
  const format = useFormats();
  const sameDay = new Date(startsAt).toDateString() === new Date(endsAt).toDateString();
  return sameDay
    ? t('sameDay', { day: format.date(startsAt), start: format.time(startsAt), end: format.time(endsAt) })
    : t('window', { start: format.dateTime(startsAt), end: format.dateTime(endsAt) });
}

function useDuration(seconds: number): string {
  const language = useLanguage();
  const parts = splitDuration(seconds);
  if ('clock' in parts) return parts.clock;
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(parts.days);
}
