import type { Link } from '@diwan/protocol/ibox-links.ts';
import {
  Button,
  Group,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '../../wire/clock.ts';
import { dayOf, draftFault, type LinkDraft, leastPassword } from './link-draft.ts';
import classes from './sharing.module.css';

/** What a link lets people do and for how long. `link` is the one that is changed; its kind stays. */
export function LinkForm(props: {
  initial: LinkDraft;
  link?: Link;
  mayDrop: boolean;
  submit: string;
  onSubmit: (draft: LinkDraft) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation(['sharing', 'common']);
  const { link, mayDrop } = props;
  const kindLabel = useId();
  const [draft, setDraft] = useState(props.initial);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<LinkDraft>) => setDraft((before) => ({ ...before, ...change }));
  const fault = draftFault(draft, link, serverNow());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await props.onSubmit(draft).finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="md">
        {link === undefined && mayDrop && (
          <div>
            <Text id={kindLabel} fw={500} mb={4}>
              {t('links.kind')}
            </Text>
            <SegmentedControl
              fullWidth
              aria-labelledby={kindLabel}
              value={draft.kind}
              onChange={(kind) => set({ kind })}
              data={[
                { value: 'read', label: t('links.read') },
                { value: 'drop', label: t('links.drop') },
              ]}
            />
            <Text size="sm" c="dimmed" mt={4} role="status">
              {t(draft.kind === 'read' ? 'links.readHint' : 'links.dropHint')}
            </Text>
          </div>
        )}
        <TextInput
          label={t('links.label')}
          description={t('links.labelHint')}
          maxLength={120}
          dir="auto"
          value={draft.label}
          onChange={(event) => set({ label: event.currentTarget.value })}
        />
        <Switch
          label={t('links.password')}
          checked={draft.protect}
          onChange={(event) => set({ protect: event.currentTarget.checked, password: '' })}
        />
        {draft.protect && (
          <PasswordInput
            label={t('links.passwordField')}
            description={t(link?.hasPassword ? 'links.passwordKept' : 'links.passwordHint')}
            error={fault === 'password' && draft.password !== '' && t('links.passwordHint')}
            autoComplete="new-password"
            minLength={leastPassword}
            maxLength={1024}
            value={draft.password}
            onChange={(event) => set({ password: event.currentTarget.value })}
          />
        )}
        <div className={classes.terms}>
          <TextInput
            type="date"
            label={t('links.expires')}
            description={t('links.expiresHint')}
            error={fault === 'day' && t('links.expiresPast')}
            min={dayOf(serverNow())}
            value={draft.day}
            onChange={(event) => set({ day: event.currentTarget.value })}
          />
          {draft.kind === 'read' && (
            <NumberInput
              size="md"
              label={t('links.limit')}
              description={t('links.limitHint')}
              min={1}
              max={1_000_000}
              allowDecimal={false}
              allowNegative={false}
              clampBehavior="strict"
              hideControls
              value={draft.limit}
              onChange={(limit) => set({ limit: typeof limit === 'number' ? limit : '' })}
            />
          )}
        </div>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={props.onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={fault !== undefined}>
            {props.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
