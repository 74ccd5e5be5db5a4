import { useTranslation } from 'react-i18next';
import frame from '../connection-panel.module.css';
import type { MeetingState } from '../model/meeting.ts';
import { SidePanel } from '../side-panel.tsx';
import classes from './privacy.module.css';

/** The code to compare, what is protected and what is not, and what gave way to it. */
export function PrivacyPanel({ state, onClose }: { state: MeetingState; onClose: () => void }) {
  const { t } = useTranslation('privacy');
  const { privacy, others } = state;
  if (privacy === null) return null;
  const { code, faults } = privacy;
  const nameOf = (id: string) => others.find((person) => person.id === id)?.name ?? '';
  return (
    <SidePanel titleId="privacy-title" title={t('panel.title')} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className={frame.body} tabIndex={0} aria-labelledby="privacy-title">
        <p className={classes.text}>{t('panel.lead')}</p>
        <h3 className={classes.heading}>{t('panel.code')}</h3>
        {code === null ? (
          <p className={classes.text}>{t('panel.computing')}</p>
        ) : (
          <div className={`${classes.code} figures`} dir="ltr" data-code={code}>
            {code.split(' ').map((group, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the place of a group is what it is
              <span key={index}>{group}</span>
            ))}
          </div>
        )}
        <p className={classes.text}>{t('panel.read')}</p>
        {faults.size > 0 && (
          <>
            <h3 className={classes.heading}>{t('panel.faults')}</h3>
            <ul className={classes.list}>
              {[...faults].map(([key, { participantId, source, failed }]) => (
                <li key={key}>
                  {t('panel.fault', {
                    ...{ name: nameOf(participantId), source: t(`panel.source.${source}`), count: failed },
                  })}
                </li>
              ))}
            </ul>
          </>
        )}
        <h3 className={classes.heading}>{t('panel.not')}</h3>
        <ul className={classes.list}>
          <li>{t('panel.notChat')}</li>
          <li>{t('panel.notWho')}</li>
          <li>{t('panel.notPages')}</li>
        </ul>
        <h3 className={classes.heading}>{t('panel.off')}</h3>
        <ul className={classes.list}>
          <li>{t('panel.offRecording')}</li>
          <li>{t('panel.offCodec')}</li>
        </ul>
      </section>
    </SidePanel>
  );
}
