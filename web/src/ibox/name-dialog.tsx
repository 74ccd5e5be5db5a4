import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../ui/states.tsx';
import { stemLength } from './model.ts';

/** Asks for a name, of a new folder or for something that has one. What is wrong is said at the field. */
export function NameDialog(props: {
  title: string;
  label: string;
  hint?: string | undefined;
  submit: string;
  initial: string;
  isFile: boolean;
  onSubmit: (name: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(props.initial);
  const input = useRef<HTMLInputElement>(null);
  const save = useMutation({ mutationFn: () => props.onSubmit(name), onSuccess: props.onClose });
  const sentence = useSentence(save.error);
  const { initial, isFile } = props;
  useEffect(() => {
    // After the dialog has put the focus there.
    const timer = setTimeout(() => input.current?.setSelectionRange(0, isFile ? stemLength(initial) : initial.length));
    return () => clearTimeout(timer);
  }, [initial, isFile]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={submit} noValidate>
        <TextInput
          ref={input}
          label={props.label}
          description={props.hint}
          data-autofocus
          dir="auto"
          autoComplete="off"
          value={name}
          error={save.isError ? sentence : null}
          onChange={(event) => {
            setName(event.currentTarget.value);
            save.reset();
          }}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={props.onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === '' || name === props.initial}>
            {props.submit}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
