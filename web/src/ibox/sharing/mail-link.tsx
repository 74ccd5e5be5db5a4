import { Language, languages } from '@diwan/protocol/errors.ts';
import type { Link } from '@diwan/protocol/ibox-links.ts';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageNames, useLanguage } from '../../locales/i18n.ts';
import { toast, toastProblem } from '../../ui/toast.ts';
import { useAddresses } from '../../ui/use-addresses.ts';
import { LetterForm } from './letter-form.tsx';
import { createLink, mailLink, revokeLink } from './shares.ts';

/** As many as one request takes. */
const mostRecipients = 20;

/** Sends a link by mail, to each by themself. */
export function MailLink({ link, onDone }: { link: Link; onDone: () => void }) {
  const { t } = useTranslation('sharing');
  return (
    <Stack gap="sm">
      {link.hasPassword && (
        <Text size="sm" c="dimmed">
          {t('mail.passwordApart')}
        </Text>
      )}
      <MailForm linkId={async () => link.id} onDone={onDone} />
    </Stack>
  );
}

/** A new link for those it is sent to: how a single file is shared with persons. */
export function MailNewLink({ nodeId }: { nodeId: string }) {
  return <MailForm linkId={async (label) => (await createLink(nodeId, { label })).id} isNew onDone={() => undefined} />;
}

function MailForm(props: { linkId: (label: string) => Promise<string>; isNew?: boolean; onDone: () => void }) {
  const { t } = useTranslation('sharing');
  const { good, complete, keep, field } = useAddresses();
  const [message, setMessage] = useState('');
  const [language, setLanguage] = useState(useLanguage());
  const mail = useMutation({
    mutationFn: async () => {
      const id = await props.linkId(good.join(', ').slice(0, 120));
      const send = mailLink(id, { to: good, message: message.trim(), language });
      const mailed = await send.catch(async (error) => {
        // A link that nobody was told of is not left behind.
        if (props.isNew) await revokeLink(id).catch(() => undefined);
        throw error;
      });
      if (props.isNew && mailed.sent.length === 0) await revokeLink(id);
      return mailed;
    },
    onSuccess: ({ sent, failed }) => {
      if (sent.length > 0) toast(t('mail.sent', { count: sent.length, address: sent[0] }));
      if (failed.length > 0) toastProblem(t('mail.failed', { addresses: failed.join(', ') }));
      keep(failed);
      if (failed.length === 0) {
        setMessage('');
        props.onDone();
      }
    },
  });
  return (
    <LetterForm
      to={{ label: t('mail.to'), most: mostRecipients, field }}
      message={{ value: message, most: 2000, onChange: setMessage }}
      sending={mail}
    >
      <Group justify="space-between" align="flex-end" gap="sm">
        <Select
          label={t('mail.language')}
          allowDeselect={false}
          data={languages.map((value) => ({ value, label: languageNames[value] }))}
          value={language}
          onChange={(value) => setLanguage(Language.catch(language).parse(value))}
        />
        <Button type="submit" size="md" loading={mail.isPending} disabled={!complete || good.length > mostRecipients}>
          {t('mail.send')}
        </Button>
      </Group>
    </LetterForm>
  );
}
