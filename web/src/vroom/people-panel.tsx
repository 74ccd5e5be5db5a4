import { CloseButton, Text, Title } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LocalState } from './model/local-media.ts';
import type { MeetingState } from './model/meeting.ts';
import classes from './people-panel.module.css';

/** Who is here, and whether they are heard and seen. */
export function PeoplePanel(props: { state: MeetingState; local: LocalState; onClose: () => void }) {
  const { state, local, onClose } = props;
  const { t } = useTranslation('vroom');
  const { t: common } = useTranslation();
  const own = state.self && {
    id: state.self.id,
    name: state.self.name,
    remarks: [t('people.you'), ...(state.self.role === 'host' ? [t('people.host')] : [])],
    heard: local.microphone.on,
    seen: local.camera.track !== null,
  };
  const others = state.others.map(({ id, name, role, away, producers }) => ({
    id,
    name,
    remarks: [...(role === 'host' ? [t('people.host')] : []), ...(away ? [t('people.away')] : [])],
    heard: producers.some(({ source, paused }) => source === 'microphone' && !paused),
    seen: producers.some(({ source, paused }) => source === 'camera' && !paused),
  }));
  return (
    <aside className={classes.panel} aria-labelledby="people-title">
      <header className={classes.header}>
        <Title order={2} size="h3" id="people-title">
          {t('people.title')}
        </Title>
        <CloseButton
          aria-label={common('action.close')}
          onClick={onClose}
          c="inherit"
          variant="transparent"
          size="lg"
        />
      </header>
      <ul className={classes.list}>
        {[...(own ? [own] : []), ...others].map(({ id, name, remarks, heard, seen }) => (
          <li key={id} className={classes.person}>
            <span className={classes.who}>
              <Text component="span" truncate>
                <bdi>{name}</bdi>
              </Text>
              {remarks.length > 0 && (
                <Text component="span" size="sm" className={classes.remark ?? ''}>
                  {remarks.join(' · ')}
                </Text>
              )}
            </span>
            {heard ? (
              <IconMicrophone size={18} stroke={1.6} aria-hidden />
            ) : (
              <IconMicrophoneOff size={18} stroke={1.6} className={classes.off} aria-label={t('people.muted')} />
            )}
            {seen ? (
              <IconVideo size={18} stroke={1.6} aria-hidden />
            ) : (
              <IconVideoOff size={18} stroke={1.6} className={classes.off} aria-hidden />
            )}
          </li>
        ))}
      </ul>
    </aside>
  );
}
