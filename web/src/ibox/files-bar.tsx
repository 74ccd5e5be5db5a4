import { Group, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useFormats } from '../ui/format.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import classes from './files-bar.module.css';
import { usageQuery } from './history-queries.ts';
import { fullness } from './model.ts';
import { FilesNav } from './sharing/files-nav.tsx';

/** What stands above every page of files: search, the room that is left, and the ways to the other pages. */
export function FilesBar({ question, onQuestion }: { question?: string; onQuestion?: (question: string) => void }) {
  return (
    <div>
      <Group justify="space-between" gap="sm" className={classes.bar ?? ''}>
        <SearchField initial={question ?? ''} {...(onQuestion ? { onQuestion } : {})} />
        <UsageBar />
      </Group>
      <FilesNav />
    </div>
  );
}

function SearchField({ initial, onQuestion }: { initial: string; onQuestion?: (question: string) => void }) {
  const { t } = useTranslation('ibox');
  const navigate = useNavigate();
  const [question, setQuestion] = useState(initial);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (question.trim() !== '') void navigate(`/files/search?${new URLSearchParams({ q: question.trim() })}`);
  };
  return (
    <search className={classes.search}>
      <form onSubmit={submit}>
        <TextInput
          type="search"
          dir="auto"
          maxLength={255}
          enterKeyHint="search"
          autoComplete="off"
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          leftSection={<IconSearch size={19} stroke={1.7} aria-hidden />}
          autoFocus={onQuestion !== undefined}
          value={question}
          onChange={(event) => {
            setQuestion(event.currentTarget.value);
            onQuestion?.(event.currentTarget.value.trim());
          }}
        />
      </form>
    </search>
  );
}

export function UsageBar() {
  const { t } = useTranslation('ibox');
  const format = useFormats();
  const { data: usage } = useQuery(usageQuery);
  if (usage === undefined) return null;
  const { usedBytes, quotaBytes } = usage;
  const used = format.size(usedBytes);
  if (quotaBytes === null) return <Text size="sm">{t('usage.unlimited', { used })}</Text>;
  const { ratio, level } = fullness(usedBytes, quotaBytes);
  const words = t('usage.of', { used, quota: format.size(quotaBytes) });
  return (
    <div className={classes.usage} title={t('usage.hint')}>
      <Text size="sm">{words}</Text>
      <ProgressBar
        ratio={ratio}
        label={t('usage.label')}
        words={words}
        color={level === 'full' ? 'red' : level === 'nearly' ? 'orange' : undefined}
      />
    </div>
  );
}
