import { Alert, Stack, Textarea } from '@mantine/core';
import type { ComponentProps, FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AddressesInput } from '../../ui/addresses-input.tsx';
import { useSentences } from '../../ui/states.tsx';

/** What is written to some addresses: to whom, in which words, what went wrong, and below that how it is sent. */
export function LetterForm(props: {
  to: ComponentProps<typeof AddressesInput>;
  /** None where nobody is written to yet. */
  message: { value: string; most: number; onChange: (message: string) => void } | undefined;
  sending: { mutate: () => void; error: unknown };
  children: ReactNode;
}) {
  const { t } = useTranslation('sharing');
  const sentence = useSentences();
  const { to, message, sending } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sending.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <AddressesInput {...to} />
        {message && (
          <Textarea
            label={t('people.message')}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={message.most}
            dir="auto"
            value={message.value}
            onChange={(event) => message.onChange(event.currentTarget.value)}
          />
        )}
        {sending.error != null && (
          <Alert color="red" role="alert">
            {sentence(sending.error)}
          </Alert>
        )}
        {props.children}
      </Stack>
    </form>
  );
}
