import { TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { addressEnds, sortAddresses, splitAddresses } from './addresses.ts';
import type { AddressesField } from './use-addresses.ts';

/** Mail addresses, typed one by one or pasted together; what is none is said. */
export function AddressesInput(props: { label: string; most: number; field: AddressesField }) {
  const { t } = useTranslation('sharing');
  const { field } = props;
  const { bad } = sortAddresses(field.value);
  return (
    <TagsInput
      size="md"
      label={props.label}
      description={t('people.emailsHint')}
      error={bad.length > 0 && t('people.invalid', { count: bad.length, addresses: bad.join(', ') })}
      placeholder={field.value.length === 0 ? t('people.placeholder') : ''}
      inputMode="email"
      autoComplete="off"
      splitChars={addressEnds}
      maxTags={props.most}
      acceptValueOnBlur
      value={field.value}
      searchValue={field.text}
      onSearchChange={field.onText}
      onChange={(typed) => field.onChange(splitAddresses(typed))}
    />
  );
}
