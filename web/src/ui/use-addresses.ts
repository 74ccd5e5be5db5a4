import { useState } from 'react';
import { sortAddresses, splitAddresses } from './addresses.ts';

/** Addresses in a field, some perhaps from the beginning; one that is typed to its end counts, though nothing has ended it yet. */
export function useAddresses(first: readonly string[] = []) {
  const [value, onChange] = useState<string[]>(() => [...first]);
  const [text, onText] = useState('');
  const { good, bad } = sortAddresses([...value, ...splitAddresses([text])]);
  return {
    good,
    complete: good.length > 0 && bad.length === 0,
    /** Leaves these in the field. */
    keep: (addresses: string[]) => {
      onChange(addresses);
      onText('');
    },
    field: { value, text, onChange, onText },
  };
}
export type AddressesField = ReturnType<typeof useAddresses>['field'];
