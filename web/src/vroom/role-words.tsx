import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../ui/toast.ts';
import type { Meeting, MeetingState } from './model/meeting.ts';
import type { Word } from './model/roles.ts';

/** What those in charge did or ask for, told to whom it concerns. */
export function RoleWords({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const { t } = useTranslation('roles');
  const { word, askedBy } = state;
  const told = useRef(word);
  useEffect(() => {
    if (word === null || word === told.current) return;
    told.current = word;
    toast(sentenceOf(word));

    function sentenceOf(each: Word): string {
      switch (each.kind) {
        case 'stopped':
          return each.by === null ? t('told.ended.screen') : t(`told.stopped.${each.source}`, { name: each.by });
        case 'forbidden':
          return t(`told.forbidden.${each.source === 'screen-audio' ? 'screen' : each.source}`);
        case 'answered':
          return t(each.accepted ? 'told.accepted' : 'told.declined', { name: each.name });
        case 'role':
          return t(`told.role.${each.role}`);
      }
    }
  }, [word, t]);
  return (
    <Modal
      opened={askedBy !== null}
      onClose={() => meeting.answerUnmute(false)}
      withCloseButton={false}
      centered
      title={t('asked.title', { name: askedBy })}
    >
      <Text>{t('asked.hint')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => meeting.answerUnmute(false)}>
          {t('asked.decline')}
        </Button>
        <Button onClick={() => meeting.answerUnmute(true)}>{t('asked.accept')}</Button>
      </Group>
    </Modal>
  );
}
