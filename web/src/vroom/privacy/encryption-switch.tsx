import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../../ui/confirm.tsx';
import type { Meeting } from '../model/meeting.ts';
import { useAttempt } from '../use-attempt.ts';

/** Whether a meeting to come is encrypted. */
export function EncryptionSwitch(props: { on: boolean; onChange: (on: boolean) => void; disabled?: boolean }) {
  const { t } = useTranslation('privacy');
  return (
    <Switch
      label={t('option.label')}
      description={t('option.hint')}
      checked={props.on}
      disabled={props.disabled ?? false}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}

/** In the meeting: on for everybody, after a word of warning, and then no way back. */
export function MeetingEncryption({ meeting, on }: { meeting: Meeting; on: boolean }) {
  const { t } = useTranslation('privacy');
  const attempt = useAttempt();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Switch
        label={t('option.label')}
        description={t(on ? 'option.stays' : 'option.hint')}
        labelPosition="left"
        checked={on}
        disabled={on}
        onChange={() => setAsking(true)}
        styles={{ body: { justifyContent: 'space-between' }, labelWrapper: { flex: 1 } }}
      />
      {asking && (
        <Confirm
          title={t('option.title')}
          hint={t('option.confirm')}
          action={t('option.action')}
          onConfirm={() =>
            attempt(meeting.act('host:configure', { encrypted: true })).then((done) => done && setAsking(false))
          }
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
