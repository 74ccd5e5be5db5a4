import { languages } from '@diwan/protocol/errors.ts';
import { Notice, NoticePublish, Service, Severity } from '@diwan/protocol/notices.ts';
import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { directionOf } from '../locales/i18n.ts';
import { useLanguageName } from '../ui/language-name.ts';
import { useSentence } from '../ui/states.tsx';
import { serverNow } from '../wire/clock.ts';
import { send } from '../wire/http.ts';
import { fromField, type NoticeDraft, newNotice, noticeFault } from './model.ts';

export function NoticeDialog(props: { onPublished: () => void; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'notices', 'common']);
  const nameOf = useLanguageName();
  const severityLabel = useId();
  const [draft, setDraft] = useState(() => newNotice(serverNow()));
  const [tried, setTried] = useState(false);
  const change = (part: Partial<NoticeDraft>) => setDraft((before) => ({ ...before, ...part }));
  const fault = noticeFault(draft, serverNow());
  const publish = useMutation({
    mutationFn: () => {
      const { severity, services, text, start, end } = draft;
      const body = { severity, services, text, startsAt: fromField(start), endsAt: fromField(end) };
      return send('POST', '/api/admin/notices', { request: NoticePublish, body, answer: Notice });
    },
    onSuccess: props.onPublished,
  });
  const sentence = useSentence(publish.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault === undefined) publish.mutate();
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      size="lg"
      title={t('notices.publishTitle')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Stack gap={6}>
            <Text fw={500} id={severityLabel}>
              {t('notices.severity')}
            </Text>
            <SegmentedControl
              aria-labelledby={severityLabel}
              data={Severity.options.map((value) => ({ value, label: t(`notices:severity.${value}`) }))}
              value={draft.severity}
              onChange={(severity) => change({ severity })}
            />
          </Stack>
          <Checkbox.Group
            label={t('notices.services')}
            size="md"
            value={draft.services}
            onChange={(services) => change({ services })}
          >
            <Group mt={6}>
              {Service.options.map((service) => (
                <Checkbox key={service} value={service} label={t(`notices:service.${service}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            <TextInput
              type="datetime-local"
              label={t('notices.start')}
              value={draft.start}
              onChange={(event) => change({ start: event.currentTarget.value })}
            />
            <TextInput
              type="datetime-local"
              label={t('notices.end')}
              value={draft.end}
              onChange={(event) => change({ end: event.currentTarget.value })}
            />
          </SimpleGrid>
          {languages.map((language) => (
            <Textarea
              key={language}
              label={t('notices.textIn', { language: nameOf(language) })}
              lang={language}
              dir={directionOf(language)}
              autosize
              minRows={2}
              maxRows={6}
              maxLength={1000}
              value={draft.text[language]}
              onChange={(event) => change({ text: { ...draft.text, [language]: event.currentTarget.value } })}
            />
          ))}
          {(publish.isError || (tried && fault)) && (
            <Alert color="red" role="alert">
              {fault ? t(`notices.fault.${fault}`) : sentence}
            </Alert>
          )}
          <Text size="sm" c="dimmed">
            {t('notices.hint')}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={publish.isPending}>
              {t('notices.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
