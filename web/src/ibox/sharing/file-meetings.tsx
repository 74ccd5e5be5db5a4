import type { Node } from '@diwan/protocol/ibox.ts';
import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../ui/format.ts';
import { fileMeetingsQuery, withdrawFromMeeting } from './shares.ts';
import classes from './shares-panel.module.css';
import { useTold } from './use-told.ts';

/** The meetings in which a file opens, and the way to end it. Nothing is shown of a file that was sent to none. */
export function FileMeetings({ node }: { node: Node }) {
  const { t } = useTranslation('sharing');
  const format = useFormats();
  const told = useTold();
  const meetings = useQuery(fileMeetingsQuery(node.id));
  if (!meetings.data?.length) return null;
  return (
    <section>
      <Text component="h3" fw={600} size="sm" mb={4}>
        {t('meetings.title')}
      </Text>
      <ul className={classes.rows} aria-label={t('meetings.list', { name: node.name })}>
        {meetings.data.map((meeting) => (
          <li key={`${meeting.roomId} ${meeting.number}`} className={classes.row}>
            <div className={classes.meeting}>
              <Text size="sm" truncate>
                <bdi>{meeting.title}</bdi>
              </Text>
              <Text size="sm" c="dimmed">
                {t('meetings.sent', { name: meeting.by, when: format.dateTime(meeting.sentAt) })}
              </Text>
            </div>
            <Tooltip label={t('meetings.withdraw', { name: meeting.title })}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={34}
                aria-label={t('meetings.withdraw', { name: meeting.title })}
                onClick={() => void told(withdrawFromMeeting(node.id, meeting), t('meetings.withdrawn'))}
              >
                <IconX size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </li>
        ))}
      </ul>
    </section>
  );
}
