import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { passwordFault } from './model.ts';

/** A new password, typed twice. Faults are said once there is something to say them about. */
export function NewPassword(props: {
  label: string;
  again: string;
  value: { password: string; again: string };
  onChange: (value: { password: string; again: string }) => void;
}) {
  const { t } = useTranslation('account');
  const { value, onChange } = props;
  const fault = passwordFault(value.password, value.again);
  const missing = typeof fault === 'object' && value.password !== '' ? fault.missing : undefined;
  return (
    <>
      <PasswordInput
        label={props.label}
        description={missing ? t('invitation.tooShort', { missing }) : t('invitation.hint')}
        autoComplete="new-password"
        value={value.password}
        onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
      />
      <PasswordInput
        label={props.again}
        autoComplete="new-password"
        value={value.again}
        error={fault === 'mismatch' && value.again !== '' ? t('invitation.mismatch') : null}
        onChange={(event) => onChange({ ...value, again: event.currentTarget.value })}
      />
    </>
  );
}
