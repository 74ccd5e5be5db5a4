import { TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { addressMarks, sortAddresses } from './addresses.ts';

/** Mail addresses, typed one by one or pasted together; what is none is said. */
export function AddressesInput(props: {
  label: string;
  most: number;
  value: string[];
  onChange: (typed: string[]) => void;
}) {
  const { t } = useTranslation('sharing');
  const { bad } = sortAddresses(props.value);
  return (
    <TagsInput
      size="md"
      label={props.label}
      description={t('people.emailsHint')}
      error={bad.length > 0 && t('people.invalid', { count: bad.length, addresses: bad.join(', ') })}
      placeholder={props.value.length === 0 ? t('people.placeholder') : ''}
      inputMode="email"
      autoComplete="off"
      splitChars={addressMarks}
      maxTags={props.most}
      acceptValueOnBlur
      value={props.value}
      onChange={props.onChange}
    />
  );
}
