import { reactions } from '@diwan/protocol/vroom-hands.ts';
import { Popover, UnstyledButton } from '@mantine/core';
import { IconHandStop, IconMessage, IconMoodSmile } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentences } from '../../ui/states.tsx';
import { toastProblem } from '../../ui/toast.ts';
import { ControlButton } from '../control-button.tsx';
import type { Meeting } from '../model/meeting.ts';
import { handOf } from '../model/together.ts';
import { useFollow } from '../use-follow.ts';
import classes from './hands.module.css';
import type { Panel } from './panel-tabs.tsx';
import { togetherOf } from './together-of.ts';

/** In the row of controls: the chat, one's hand, reactions. */
export function TogetherButtons(props: {
  meeting: Meeting;
  panel: Panel | null;
  onPanel: (panel: Panel | null) => void;
}) {
  const { meeting, panel, onPanel } = props;
  const { t } = useTranslation('together');
  const sentence = useSentences();
  const together = togetherOf(meeting);
  const { unread } = useFollow(together.chat);
  const { unseen } = useFollow(together.polls);
  const { self, hands } = useFollow(meeting);
  const up = self !== null && handOf(hands, self.id) !== undefined;
  const waiting = unread + unseen;
  return (
    <>
      <ControlButton
        label={unread > 0 ? t('controls.unread', { count: unread }) : t('controls.chat')}
        icon={<IconMessage size={22} stroke={1.7} aria-hidden />}
        {...(waiting > 0 ? { badge: waiting } : {})}
        expanded={panel === 'chat' || panel === 'polls'}
        onClick={() => {
          if (panel === 'chat' || panel === 'polls') onPanel(null);
          else onPanel(unread === 0 && unseen > 0 ? 'polls' : 'chat');
        }}
      />
      <ControlButton
        label={t(up ? 'controls.lower' : 'controls.raise')}
        icon={<IconHandStop size={22} stroke={1.7} aria-hidden />}
        look={up ? 'on' : 'plain'}
        onClick={() => together.raiseHand(!up).catch((error) => toastProblem(sentence(error)))}
      />
      <Reactions meeting={meeting} />
    </>
  );
}

function Reactions({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('together');
  const [open, setOpen] = useState(false);
  const together = togetherOf(meeting);
  return (
    <Popover opened={open} onChange={setOpen} position="top" trapFocus withRoles={false} withArrow shadow="lg">
      <Popover.Target>
        <div>
          <ControlButton
            label={t('controls.react')}
            icon={<IconMoodSmile size={22} stroke={1.7} aria-hidden />}
            expanded={open}
            onClick={() => setOpen(!open)}
          />
        </div>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t('controls.react')} p={6}>
        <div className={classes.choice}>
          {reactions.map((reaction) => (
            <UnstyledButton
              key={reaction}
              className={classes.emoji ?? ''}
              aria-label={t(`reactions.${reaction}`)}
              title={t(`reactions.${reaction}`)}
              onClick={() => {
                setOpen(false);
                // More of them than one can count is nothing to be told about.
                together.react(reaction).catch(() => undefined);
              }}
            >
              <span aria-hidden>{reaction}</span>
            </UnstyledButton>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
