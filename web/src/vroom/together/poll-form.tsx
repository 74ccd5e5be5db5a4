import { mostOptions, type PollDraft } from '@diwan/protocol/vroom-polls.ts';
import { Button, CloseButton, Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../../ui/states.tsx';
import classes from './polls.module.css';

/** A question with its answers, before it is asked. */
export function PollForm(props: { onStart: (draft: Omit<PollDraft, 'id'>) => Promise<void>; onCancel: () => void }) {
  const { t } = useTranslation('together');
  const { t: common } = useTranslation();
  const [question, setQuestion] = useState('');
  const [options, setOptions] = useState(['', '']);
  const [multiple, setMultiple] = useState(false);
  const [anonymous, setAnonymous] = useState(false);
  const filled = [...new Set(options.map((option) => option.trim()).filter(Boolean))];
  const start = useMutation({
    mutationFn: () => props.onStart({ question: question.trim(), options: filled, multiple, anonymous }),
  });
  const problem = useSentence(start.error);
  const ready = question.trim() !== '' && filled.length >= 2;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !start.isPending) start.mutate();
  };
  const change = (place: number, text: string) =>
    setOptions(options.map((option, each) => (each === place ? text : option)));
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        data-autofocus
        size="sm"
        dir="auto"
        label={t('polls.question')}
        maxLength={300}
        value={question}
        error={start.isError ? problem : null}
        onChange={(event) => setQuestion(event.currentTarget.value)}
      />
      {options.map((option, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an answer has nothing but its place until it is asked
        <div key={place} className={classes.formOption}>
          <TextInput
            size="sm"
            dir="auto"
            aria-label={t('polls.option', { place: place + 1 })}
            placeholder={t('polls.option', { place: place + 1 })}
            maxLength={200}
            value={option}
            onChange={(event) => change(place, event.currentTarget.value)}
          />
          {options.length > 2 && (
            <CloseButton
              c="inherit"
              variant="transparent"
              aria-label={t('polls.removeOption', { place: place + 1 })}
              onClick={() => setOptions(options.filter((_, each) => each !== place))}
            />
          )}
        </div>
      ))}
      {options.length < mostOptions && (
        <Button size="compact-sm" variant="subtle" color="lagoon.3" onClick={() => setOptions([...options, ''])}>
          {t('polls.addOption')}
        </Button>
      )}
      <Switch
        size="sm"
        label={t('polls.multiple')}
        checked={multiple}
        onChange={({ currentTarget }) => setMultiple(currentTarget.checked)}
      />
      <Switch
        size="sm"
        label={t('polls.anonymous')}
        description={t(anonymous ? 'polls.anonymousHint' : 'polls.namedHint')}
        checked={anonymous}
        onChange={({ currentTarget }) => setAnonymous(currentTarget.checked)}
      />
      <div className={classes.deeds}>
        <Button size="sm" type="submit" disabled={!ready} loading={start.isPending}>
          {t('polls.start')}
        </Button>
        <Button size="sm" variant="subtle" color="gray.4" onClick={props.onCancel}>
          {common('action.cancel')}
        </Button>
      </div>
    </form>
  );
}
