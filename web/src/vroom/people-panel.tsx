import type { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import { Button, Text } from '@mantine/core';
import {
  IconLayoutGrid,
  IconMicrophone,
  IconMicrophoneOff,
  IconSettings,
  IconVideo,
  IconVideoOff,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { DoorList } from './door-list.tsx';
import type { LocalState } from './model/local-media.ts';
import type { Meeting, MeetingState } from './model/meeting.ts';
import { inCharge } from './model/roles.ts';
import classes from './people-panel.module.css';
import { PersonMenu } from './person-menu.tsx';
import { HandsList } from './together/hands-list.tsx';
import panel from './together/panel.module.css';
import { type Panel, PanelTabs } from './together/panel-tabs.tsx';
import { useUnread } from './together/together-panel.tsx';

/** Who is here, and whether they are heard and seen. */
export function PeoplePanel(props: {
  meeting: Meeting;
  state: MeetingState;
  local: LocalState;
  onManage: () => void;
  onDivide: () => void;
  onPanel: (panel: Panel | null) => void;
}) {
  const { meeting, state, local, onManage, onDivide, onPanel } = props;
  const { t } = useTranslation('vroom');
  const { t: roles } = useTranslation('roles');
  const { t: breakouts } = useTranslation('breakouts');
  const badge = (role: MeetingRole) => (role === 'participant' ? [] : [roles(`role.${role}`)]);
  const own = state.self && {
    id: state.self.id,
    name: state.self.name,
    remarks: [t('people.you'), ...badge(state.self.role)],
    heard: local.microphone.on,
    seen: local.camera.track !== null,
    person: undefined,
  };
  const others = state.others.map((person) => ({
    id: person.id,
    name: person.name,
    person,
    remarks: [...badge(person.role), ...(person.away ? [t('people.away')] : [])],
    heard: person.producers.some(({ source, paused }) => source === 'microphone' && !paused),
    seen: person.producers.some(({ source, paused }) => source === 'camera' && !paused),
  }));
  return (
    <aside className={panel.panel} aria-label={t('people.title')}>
      <PanelTabs panel="people" onPanel={onPanel} unread={useUnread(meeting)} />
      {state.self !== null && inCharge(state.self.role) && (
        <div className={classes.manage}>
          <Button
            fullWidth
            variant="light"
            leftSection={<IconSettings size={18} stroke={1.7} aria-hidden />}
            onClick={onManage}
          >
            {roles('controls.open')}
          </Button>
          <Button
            fullWidth
            variant="subtle"
            color="lagoon.3"
            mt={4}
            leftSection={<IconLayoutGrid size={18} stroke={1.7} aria-hidden />}
            onClick={onDivide}
          >
            {breakouts('divide')}
          </Button>
        </div>
      )}
      <DoorList meeting={meeting} state={state} />
      <HandsList meeting={meeting} state={state} />
      <ul className={classes.list}>
        {[...(own ? [own] : []), ...others].map(({ id, name, remarks, heard, seen, person }) => (
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
            {person !== undefined && <PersonMenu meeting={meeting} state={state} person={person} />}
          </li>
        ))}
      </ul>
    </aside>
  );
}
