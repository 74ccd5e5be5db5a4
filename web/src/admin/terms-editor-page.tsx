import { type LocalText, languages } from '@diwan/protocol/errors.ts';
import { Terms, TermsPublish } from '@diwan/protocol/terms.ts';
import { Alert, Anchor, Button, Group, Paper, Stack, Tabs, Text, Textarea, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { directionOf, languageNames } from '../locales/i18n.ts';
import { termsQuery } from '../terms/terms-query.ts';
import { Confirm } from '../ui/confirm.tsx';
import { useLanguageName } from '../ui/language-name.ts';
import { Prose } from '../ui/prose.tsx';
import { Failure, useSentences, Waiting } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import { send } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';
import { termsFault } from './model.ts';
import classes from './terms-editor.module.css';

/** A new version starts from the one in force. */
export function TermsEditorPage() {
  const terms = useQuery({ ...termsQuery, staleTime: Number.POSITIVE_INFINITY });
  if (terms.data) return <Editor inForce={terms.data.texts} />;
  return terms.isError ? <Failure error={terms.error} onRetry={terms.refetch} /> : <Waiting minHeight="50vh" />;
}

function Editor({ inForce }: { inForce: LocalText }) {
  const { t } = useTranslation(['admin', 'common']);
  const nameOf = useLanguageName();
  const navigate = useNavigate();
  const sentence = useSentences();
  const [texts, setTexts] = useState(inForce);
  const [asked, setAsked] = useState(false);
  const fault = termsFault(texts, inForce);
  const publish = async () => {
    try {
      await send('POST', '/api/admin/terms', { request: TermsPublish, body: { texts }, answer: Terms });
      navigate('/admin/terms', { replace: true });
      // Whoever publishes is asked too, at once.
      await queryClient.invalidateQueries();
    } catch (error) {
      setAsked(false);
      toastProblem(sentence(error));
    }
  };
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/admin/terms">
        {t('common:action.back')}
      </Anchor>
      <div>
        <Title order={2}>{t('terms.editTitle')}</Title>
        <Text c="dimmed">{t('terms.editHint')}</Text>
      </div>
      <Alert color="saffron" icon={<IconAlertTriangle />}>
        {t('terms.warning')}
      </Alert>
      <Tabs defaultValue="fr" keepMounted={false}>
        <Tabs.List>
          {languages.map((language) => (
            <Tabs.Tab key={language} value={language} lang={language}>
              {languageNames[language]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {languages.map((language) => (
          <Tabs.Panel key={language} value={language} pt="md">
            <div className={classes.pair}>
              <Textarea
                label={t('terms.source', { language: nameOf(language) })}
                lang={language}
                dir={directionOf(language)}
                autosize
                minRows={18}
                maxRows={26}
                classNames={{ input: classes.source ?? '' }}
                value={texts[language]}
                onChange={(event) => setTexts({ ...texts, [language]: event.currentTarget.value })}
              />
              <div>
                <Text fw={500} mb={2}>
                  {t('terms.preview', { language: nameOf(language) })}
                </Text>
                <Paper
                  withBorder
                  radius="md"
                  p="lg"
                  className={classes.preview ?? ''}
                  lang={language}
                  dir={directionOf(language)}
                  tabIndex={0}
                  role="region"
                  aria-label={t('terms.preview', { language: nameOf(language) })}
                >
                  <Prose text={texts[language]} />
                </Paper>
              </div>
            </div>
          </Tabs.Panel>
        ))}
      </Tabs>
      <Group justify="flex-end">
        {fault && <Text c="dimmed">{t(`terms.${fault}`)}</Text>}
        <Button disabled={fault !== undefined} onClick={() => setAsked(true)}>
          {t('terms.submit')}
        </Button>
      </Group>
      {asked && (
        <Confirm
          title={t('terms.confirmTitle')}
          hint={t('terms.warning')}
          action={t('terms.confirm')}
          onConfirm={publish}
          onClose={() => setAsked(false)}
        />
      )}
    </Stack>
  );
}
