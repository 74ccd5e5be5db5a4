import type { Proof, SecondWay } from '@diwan/protocol/second-factor.ts';
import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isWholeCode } from './model.ts';

/** The way of showing a second factor, and what is typed for it so far. */
export interface Typed {
  by: SecondWay;
  code: string;
}

/** What is sent, once it is whole. */
export const proofOf = ({ by, code }: Typed): Proof | undefined => (isWholeCode(by, code) ? { by, code } : undefined);

/** A code of the app, or a recovery code. */
export function ProofInput(props: { value: Typed; onChange: (value: Typed) => void; autoFocus?: boolean }) {
  const { t } = useTranslation('security');
  const { value, onChange } = props;
  const isTotp = value.by === 'totp';
  return (
    <TextInput
      key={value.by}
      label={t(isTotp ? 'step.totp' : 'step.recovery')}
      name={isTotp ? 'one-time-code' : 'recovery-code'}
      autoComplete={isTotp ? 'one-time-code' : 'off'}
      inputMode={isTotp ? 'numeric' : 'text'}
      autoCapitalize="off"
      spellCheck={false}
      dir="ltr"
      maxLength={isTotp ? 12 : 40}
      required
      withAsterisk={false}
      data-autofocus={props.autoFocus || undefined}
      autoFocus={props.autoFocus ?? false}
      styles={{ input: { fontVariantNumeric: 'tabular-nums', letterSpacing: '0.12em' } }}
      value={value.code}
      onChange={(event) => onChange({ ...value, code: event.currentTarget.value })}
    />
  );
}
