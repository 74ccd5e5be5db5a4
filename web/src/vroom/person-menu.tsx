import { ActionIcon, Menu } from '@mantine/core';
import {
  IconCrown,
  IconDotsVertical,
  IconFocusCentered,
  IconHandStop,
  IconMicrophone,
  IconMicrophoneOff,
  IconScreenShareOff,
  IconUserMinus,
  IconUserShield,
  IconVideoOff,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../ui/confirm.tsx';
import type { Meeting, MeetingState } from './model/meeting.ts';
import { type Deed, deedsOver, doTo } from './model/roles.ts';
import type { Person } from './model/roster.ts';
import { useAttempt } from './use-attempt.ts';

const icons = {
  mute: IconMicrophoneOff,
  ask: IconMicrophone,
  camera: IconVideoOff,
  screen: IconScreenShareOff,
  spotlight: IconFocusCentered,
  unspotlight: IconFocusCentered,
  cohost: IconUserShield,
  participant: IconUserMinus,
  host: IconCrown,
  remove: IconHandStop,
} satisfies Record<Deed, unknown>;

/** What somebody in charge may do about one person; nothing for the others. */
export function PersonMenu({ meeting, state, person }: { meeting: Meeting; state: MeetingState; person: Person }) {
  const { t } = useTranslation('roles');
  const attempt = useAttempt();
  const [asking, setAsking] = useState<'remove' | 'host'>();
  const deeds = state.self === null ? [] : deedsOver(state.self.role, person, state);
  if (deeds.length === 0) return null;
  const { id, name } = person;
  const done = (deed: Deed) => attempt(doTo(meeting.act, deed, id));
  return (
    <>
      <Menu position="bottom-end" width={280} withinPortal>
        <Menu.Target>
          <ActionIcon variant="transparent" c="inherit" size="lg" aria-label={t('deeds.label', { name })}>
            <IconDotsVertical size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {deeds.map((deed) => {
            const Icon = icons[deed];
            return (
              <Menu.Item
                key={deed}
                leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
                {...(deed === 'remove' ? { color: 'red' } : {})}
                onClick={() => (deed === 'remove' || deed === 'host' ? setAsking(deed) : void done(deed))}
              >
                {t(`deeds.${deed}`)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      {asking !== undefined && (
        <Confirm
          title={t(`deeds.${asking}Title`, { name })}
          hint={t(`deeds.${asking}Hint`)}
          action={t(`deeds.${asking}`)}
          danger={asking === 'remove'}
          onConfirm={async () => {
            await done(asking);
            setAsking(undefined);
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
